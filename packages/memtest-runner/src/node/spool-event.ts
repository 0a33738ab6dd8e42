// The records of a supervisor: one JSON object a line of events.ndjson. See node/supervisor-script.ts, which writes them.
import { fieldsOf } from '../engines/fields.ts';

interface EventBase {
  /** By the node's own clock, which may be wrong. */
  readonly at: string;
  /** Seconds since boot. */
  readonly uptime: number;
  readonly bootId: string;
  readonly phase: string;
}

export type SpoolEvent = EventBase &
  (
    | { readonly event: 'start'; readonly host: string; readonly kernel: string }
    | { readonly event: 'phase-start'; readonly engine: string; readonly index: number }
    | { readonly event: 'process'; readonly file: string; readonly code: number; readonly index: number }
    | {
        readonly event: 'phase-end';
        readonly engine: string;
        readonly index: number;
        readonly ending: PhaseEnding;
        readonly problem: string;
      }
    | { readonly event: 'phase-skipped' }
    | { readonly event: 'spool-full' }
    | { readonly event: 'end'; readonly outcome: string; readonly by: string }
  );

/** `time`: ended by its limit. */
export type PhaseEnding = 'complete' | 'time' | 'stopped' | 'failed';

/** null for a line that is none: torn by a crash or a full disk. */
export function parseSpoolEvent(line: string): SpoolEvent | null {
  const fields = fieldsOf(line);
  if (fields === null) return null;
  const base = {
    at: fields.text('at'),
    uptime: fields.number('uptime'),
    bootId: fields.text('bootId'),
    phase: fields.text('phase'),
  };
  const event = fields.text('event');
  const read = (): SpoolEvent | null => {
    switch (event) {
      case 'start':
        return { ...base, event, host: fields.text('host'), kernel: fields.text('kernel') };
      case 'phase-start':
        return { ...base, event, engine: fields.text('engine'), index: fields.number('index') };
      case 'process':
        return {
          ...base,
          event,
          file: fields.text('file'),
          code: fields.number('code'),
          index: fields.number('index'),
        };
      case 'phase-end':
        return {
          ...base,
          event,
          engine: fields.text('engine'),
          index: fields.number('index'),
          ending: fields.oneOf('ending', ['complete', 'time', 'stopped', 'failed']),
          problem: fields.text('problem'),
        };
      case 'phase-skipped':
      case 'spool-full':
        return { ...base, event };
      case 'end':
        return {
          ...base,
          event,
          outcome: fields.text('outcome'),
          by: line.includes('"by":') ? fields.text('by') : '',
        };
      default:
        return null;
    }
  };
  const record = read();
  return fields.complete() ? record : null;
}
