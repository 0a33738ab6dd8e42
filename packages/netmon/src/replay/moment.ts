// Moments as people name them on the command line, resolved against the time that a recording covers.
import { parseDuration } from '@heorot/cli';
import { HeorotError } from '@heorot/inventory';

export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

const clockPattern = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/;
const datePattern = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * Milliseconds since 1970 of `2026-11-22T03:12:05Z`; `2026-11-22 03:12`, `2026-11-22` and `03:12` in the time zone of the
 * head; `-2h`, before the end of the recording; `+10m`, after its start. A time of day is the last one that is recorded.
 *
 * @throws HeorotError `usage`
 */
export function parseMoment(text: string, span: TimeSpan): number {
  const clock = clockPattern.exec(text);
  if (clock !== null) {
    const [hours = 0, minutes = 0, seconds = 0] = clock.slice(1).map((part) => Number(part ?? 0));
    if (hours < 24 && minutes < 60 && seconds < 60) return lastTimeOfDay([hours, minutes, seconds], span);
  } else if (datePattern.test(text)) {
    // A date alone would be midnight in UTC (ECMA-262, Date Time String Format).
    const time = Date.parse(text.length === 10 ? `${text}T00:00` : text.replace(' ', 'T'));
    if (!Number.isNaN(time)) return time;
  } else if (/^[+-]\d/.test(text)) {
    const offset = parseDuration(text.slice(1));
    return text.startsWith('-') ? span.toMs - offset : span.fromMs + offset;
  }
  throw new HeorotError('usage', `'${text}' is not a time`, {
    hint: 'write 03:12, 2026-11-22T03:12, -2h (before the end) or +10m (after the start)',
  });
}

function lastTimeOfDay([hours, minutes, seconds]: readonly [number, number, number], span: TimeSpan): number {
  const date = new Date(span.toMs);
  date.setHours(hours, minutes, seconds, 0);
  // By the calendar: a day may have 23 or 25 hours.
  if (date.getTime() > span.toMs) date.setDate(date.getDate() - 1);
  return date.getTime();
}
