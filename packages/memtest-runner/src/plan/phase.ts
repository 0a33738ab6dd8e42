// A phase of a run as the node's supervisor understands it: one engine, how long it may take, the words of its command.
import { HeorotError } from '@heorot/inventory';
import type { PlannedPhase } from '../model/run-result.ts';

/** What starts on the node: `mixed` is march with floating-point load beside it, `official` the user's own STREAM. */
export type Driver = 'march' | 'mixed' | 'stream' | 'official' | 'memtester' | 'stressapptest';

export interface Phase {
  /** Unique in the plan; one word. */
  readonly name: string;
  readonly driver: Driver;
  readonly memory: string | null;
  /** How long it is meant to take. */
  readonly seconds: number | null;
  readonly passes: number | null;
  /** After so many seconds it is ended; 0 = never. */
  readonly limit: number;
  readonly arguments: readonly string[];
}

export function plannedPhase({
  name,
  driver,
  memory,
  seconds,
  passes,
  arguments: flags,
}: Phase): PlannedPhase {
  const engine = driver === 'mixed' ? 'march' : driver === 'official' ? 'stream' : driver;
  return { phase: name, engine, memory, seconds, passes, flags };
}

/** What a run takes in all, by the plan; null: some phase has no end of its own that is known. */
export function plannedSeconds(phases: readonly Pick<PlannedPhase, 'seconds'>[]): number | null {
  return phases.reduce<number | null>(
    (sum, { seconds }) => (sum === null || seconds === null ? null : sum + seconds),
    0,
  );
}

/** What a run takes at the most: then its phases have been ended, done or not. null: some phase goes on until its passes are done. */
export function longestSeconds(phases: readonly Pick<Phase, 'limit'>[]): number | null {
  const limits = phases.map(({ limit }) => limit);
  return limits.includes(0) ? null : limits.reduce((sum, limit) => sum + limit, 0);
}

/** Where the engines lie on a node; absolute paths. */
export interface SpecSettings {
  readonly run: string;
  readonly march: string;
  readonly stream: string;
  readonly official: string | undefined;
  /** Bytes that stay free; undefined = march's own rule. */
  readonly reserveBytes: number | undefined;
  /** Seconds between readings of the evidence. */
  readonly every: number;
  /** More than one run on a node at a time. */
  readonly shared: boolean;
}

/**
 * The lines of `spec`: `set NAME VALUE` and `phase NAME DRIVER LIMIT ARGUMENTS...`.
 * @throws HeorotError `run-argument`: the shell on the node would not take a word as it stands
 */
export function specOf(phases: readonly Phase[], settings: SpecSettings): string {
  const { run, march, stream, official, reserveBytes, every, shared } = settings;
  const values: readonly (readonly [string, string | undefined])[] = [
    ['run', run],
    ['march', march],
    ['stream', stream],
    ['official', official],
    ['reserve_bytes', reserveBytes === undefined ? undefined : String(reserveBytes)],
    ['every', String(every)],
    ['shared', shared ? 'yes' : 'no'],
  ];
  return [
    ...values.flatMap(([name, value]) => (value === undefined ? [] : [`set ${name} ${value}`])),
    ...phases.map((phase) =>
      ['phase', phase.name, phase.driver, String(phase.limit), ...phase.arguments].map(plain).join(' '),
    ),
  ].join('\n');
}

function plain(word: string): string {
  if (/^[A-Za-z0-9_%+=:,./-]+$/.test(word)) return word;
  throw new HeorotError('run-argument', `an engine cannot be given the word ${JSON.stringify(word)}`);
}
