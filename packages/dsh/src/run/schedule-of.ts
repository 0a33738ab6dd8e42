// From --fanout --sequential --batch --max-fail --fail-fast to the engine's schedule.
import type { Schedule } from '@heorot/fanout';
import { HeorotError } from '@heorot/inventory';
import type { DshFlags } from '../flags/dsh-flags.ts';

type ScheduleFlags = Pick<DshFlags, 'fanout' | 'sequential' | 'batch' | 'max-fail' | 'fail-fast'>;

/** @throws HeorotError `usage` */
export function scheduleOf(flags: ScheduleFlags, total: number): Schedule {
  const fanout = flags.sequential ? 1 : flags.fanout;
  const batch = batchOf(flags.batch, total);
  const maxFailures = flags['fail-fast'] ? 0 : share('max-fail', flags['max-fail'], total);
  return {
    fanout,
    ...(batch === undefined ? {} : { batch }),
    ...(maxFailures === undefined ? {} : { maxFailures }),
    ...(flags['fail-fast'] ? { endRunning: true } : {}),
  };
}

/** A share that is less than one node is one node; none at all would never end. */
function batchOf(text: string | undefined, total: number): number | undefined {
  if (text === undefined) return undefined;
  const batch = share('batch', text, total);
  if (/[1-9]/.test(text)) return Math.max(1, batch);
  throw new HeorotError('usage', `flag --batch: a batch of ${text} nodes would never end`, {
    hint: 'for example --batch 4 or --batch 10%; to run nothing: --dry-run',
  });
}

/** `5` or `10%` of all nodes, rounded down: a limit is never exceeded. */
function share<Text extends string | undefined>(
  flag: string,
  text: Text,
  total: number,
): Text extends string ? number : undefined;
function share(flag: string, text: string | undefined, total: number): number | undefined {
  if (text === undefined) return undefined;
  const [, digits = '', percent] = /^(\d{1,6})(%)?$/.exec(text) ?? [];
  const value = Number(digits);
  if (digits === '' || (percent !== undefined && value > 100)) {
    throw new HeorotError('usage', `flag --${flag}: '${text}' is neither a number nor a percentage`, {
      hint: `for example --${flag} 4 or --${flag} 10%`,
    });
  }
  return percent === undefined ? value : Math.floor((total * value) / 100);
}
