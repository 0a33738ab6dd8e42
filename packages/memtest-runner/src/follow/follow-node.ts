// Follows one node until its run has ended there: reads by offset, connects again with back-off, notices silence.
import { setTimeout as sleep } from 'node:timers/promises';
import { describeOutcome, type Fanout, quoteForSh, type Target } from '@heorot/fanout';
import { followScript } from '../node/follow-script.ts';
import { type Frame, FrameReader } from './frames.ts';
import type { NodeState } from './spool-store.ts';

export interface FollowedNode {
  readonly target: Target;
  /** Absolute, on the node. */
  readonly folder: string;
  readonly offsets: ReadonlyMap<string, number>;
}

export interface FollowTiming {
  /** Between two looks of the node at its own spool. */
  readonly intervalMs: number;
  /** A node that says nothing for so long is taken for frozen or cut off. */
  readonly silenceMs: number;
  /** A node that could not be reached for so long is given up. */
  readonly lostAfterMs: number;
}

export interface NodeListener {
  bytes(file: string, offset: number, bytes: Uint8Array): void;
  alive(frame: Extract<Frame, { kind: 'alive' }>): void;
  state(state: NodeState): void;
}

/** Lets so many nodes connect at a time. */
export interface Gate {
  pass(signal: AbortSignal): Promise<Disposable>;
}

/** What a connection came to. */
type Visit =
  | { readonly kind: 'over'; readonly state: NodeState }
  | { readonly kind: 'lost'; readonly reason: string };

/** Resolves when the run is over on this node (with `intervalMs` 0: after one look), when it was given up, or when `signal` is aborted. */
export async function followNode(
  fanout: Fanout,
  { target, folder, offsets }: FollowedNode,
  listener: NodeListener,
  options: FollowTiming & { readonly gate: Gate; readonly signal: AbortSignal },
): Promise<void> {
  const told = new Map(offsets);
  let lostSince: number | undefined;
  let failures = 0;
  while (!options.signal.aborted) {
    const heard = () => {
      if (lostSince !== undefined) listener.state({ kind: 'running' });
      lostSince = undefined;
      failures = 0;
    };
    const visit = await visitNode(fanout, target, folder, { told, listener, heard, ...options });
    if (options.signal.aborted) return;
    if (visit.kind === 'over') return listener.state(visit.state);
    lostSince ??= Date.now();
    const since = new Date(lostSince).toISOString();
    listener.state({ kind: 'unreachable', since, reason: visit.reason });
    if (Date.now() - lostSince >= options.lostAfterMs) return;
    failures += 1;
    const wait = Math.min(500 * 2 ** failures, 15_000, options.lostAfterMs);
    await sleep(wait, undefined, { signal: options.signal }).catch(() => undefined);
  }
}

interface VisitOptions extends FollowTiming {
  readonly told: Map<string, number>;
  readonly listener: NodeListener;
  readonly heard: () => void;
  readonly gate: Gate;
  readonly signal: AbortSignal;
}

async function visitNode(
  fanout: Fanout,
  target: Target,
  folder: string,
  options: VisitOptions,
): Promise<Visit> {
  const { told, listener, heard, gate, signal, intervalMs, silenceMs } = options;
  const silence = new AbortController();
  const giveUp = () => silence.abort(`said nothing for ${Math.round(silenceMs / 1000)} s`);
  using entry = await gate.pass(signal).catch(() => ({ [Symbol.dispose]: () => undefined }));
  const offsets = [...told].map(([file, offset]) => `${file}=${offset}`);
  const run = fanout.run(
    [target],
    {
      text: [folder, String(intervalMs / 1000), ...offsets].map(quoteForSh).join(' '),
      script: { name: 'heorot-follow', content: Buffer.from(followScript) },
    },
    { schedule: { fanout: 1 }, signal: AbortSignal.any([signal, silence.signal]) },
  );
  const reader = new FrameReader();
  let end: Extract<Frame, { kind: 'end' }> | undefined;
  let bootId = '';
  // Connecting has a time limit of its own: silence counts from when the script runs.
  let patience: NodeJS.Timeout | undefined;
  try {
    for await (const event of run) {
      if (event.kind === 'start' || event.kind === 'stdout') {
        if (event.kind === 'start') entry[Symbol.dispose]();
        clearTimeout(patience);
        patience = setTimeout(giveUp, silenceMs);
      }
      if (event.kind !== 'stdout') continue;
      for (const frame of reader.push(event.data)) {
        if (frame.kind === 'bytes') {
          told.set(frame.file, frame.offset + frame.bytes.length);
          listener.bytes(frame.file, frame.offset, frame.bytes);
        } else if (frame.kind === 'alive') {
          heard();
          bootId = frame.bootId;
          listener.alive(frame);
        } else {
          end = frame;
        }
      }
    }
  } finally {
    clearTimeout(patience);
  }
  if (end?.word === 'ended') return { kind: 'over', state: { kind: 'ended', outcome: end.outcome, bootId } };
  if (end !== undefined) return { kind: 'over', state: { kind: 'vanished', bootId } };
  // One look: it works, and there is nothing to wait for.
  if (intervalMs === 0 && bootId !== '') return { kind: 'over', state: { kind: 'running' } };
  if (silence.signal.aborted) return { kind: 'lost', reason: String(silence.signal.reason) };
  const { results } = await run.summary;
  const [result] = results;
  return { kind: 'lost', reason: result === undefined ? 'no answer' : describeOutcome(result.outcome) };
}
