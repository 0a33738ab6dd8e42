// A recording as a source told it: readings in the order of arrival, and between them what is not made of readings: nodes
// that went down and came back. Events that are made of readings are made anew by whoever takes these.
import type { NetEvent, NetEventName } from '../model/sample.ts';
import type { Recording, RecordingQuery } from '../record/recording.ts';
import type { Contact, SourceOutput } from '../source/source.ts';

export interface RecordedOutput {
  /** When it was told, ms since 1970. */
  readonly timeMs: number;
  readonly output: SourceOutput;
}

/** What a source says by itself: source/node-contact.ts. */
const toldBySource: readonly NetEventName[] = ['down', 'up', 'unreadable-line'];

/** @throws HeorotError `recording-damaged` */
export function* recordedOutputs(
  recording: Recording,
  query: RecordingQuery = {},
): Generator<RecordedOutput> {
  const events = recording.events({ ...query, names: toldBySource });
  const sampling = new Set<string>();
  let at = 0;
  for (const reading of recording.readings(query)) {
    const { node, arrivedMs: timeMs } = reading;
    for (; at < events.length && timeOf(events[at]) <= timeMs; at++) yield* told(events[at], sampling);
    if (!sampling.has(node)) {
      sampling.add(node);
      yield contactAt(timeMs, { node, state: 'sampling', sinceMs: timeMs, detail: null });
    }
    yield { timeMs, output: { kind: 'reading', reading } };
  }
  for (; at < events.length; at++) yield* told(events[at], sampling);
}

function timeOf(event: NetEvent | undefined): number {
  return event === undefined ? Number.NaN : Date.parse(event.time);
}

function* told(event: NetEvent | undefined, sampling: Set<string>): Generator<RecordedOutput> {
  if (event === undefined) return;
  const { node, detail } = event;
  const timeMs = timeOf(event);
  yield { timeMs, output: { kind: 'event', event } };
  if (event.event !== 'down') return;
  sampling.delete(node);
  yield contactAt(timeMs, { node, state: 'down', sinceMs: timeMs, detail });
}

function contactAt(timeMs: number, contact: Contact): RecordedOutput {
  return { timeMs, output: { kind: 'contact', contact } };
}
