// From the machine-readable log of newer memtest86+ (boot option `log`), lines of `MTLOG ts=6.4 ev=info cpu="…" key=value`, to an
// engine report. Its author lists the events (start, info, spd, pass and test lifecycle, a beacon, errors, done), but not every key:
// members are looked for under each name that is used for them, and lines that say nothing we know are passed over.
import { type EngineReport, FINDING_LIMIT, type Finding } from '../model/engine-report.ts';
import { xorOf } from '../model/hex.ts';
import { memtest86Place } from './memtest86-place.ts';

type Members = ReadonlyMap<string, string>;

/** Does this console show the log rather than the screen? */
export function isMemtest86Log(stream: string): boolean {
  return /^\s*MTLOG ts=/m.test(stream);
}

/** @param passesWanted how many passes make the run complete; a `done` event does so in any case */
export function readMemtest86Log(stream: string, passesWanted: number): EngineReport {
  const events = stream.split(/\r?\n/).flatMap((line) => readEvent(line) ?? []);
  const findings = events.filter(isError).flatMap((event) => readError(event) ?? []);
  const counts = events.map((event) => numberOf(event, ['errors', 'errs', 'err_count']) ?? 0);
  const passes = passesDone(events);
  const megabytes = events.map((event) => numberOf(event, ['mem_mb'])).find((each) => each !== null) ?? null;
  const bytes = megabytes === null ? null : megabytes * 2 ** 20;
  const done = events.some((event) => event.get('ev') === 'done');
  return {
    engine: 'memtest86+',
    variant: `memtest86+ ${memberOf(events, 'version') ?? 'unknown'}`,
    ending: done || passes >= passesWanted ? 'complete' : 'unfinished',
    requestedBytes: bytes,
    bytesTested: passes > 0 ? (bytes ?? 0) : 0,
    passes,
    cpuSeconds: null,
    wallSeconds: events.map((event) => numberOf(event, ['ts'])).findLast((each) => each !== null) ?? null,
    bytesPerSecond: null,
    findings: findings.slice(0, FINDING_LIMIT),
    findingCount: Math.max(findings.length, ...counts, events.filter(isError).length),
    notes: [],
  };
}

/** Members of a line; quoted values may hold blanks. Null for a line that is no event, or was cut off. */
function readEvent(line: string): readonly Members[] | null {
  const text = /MTLOG (ts=.*)$/.exec(line)?.[1];
  if (text === undefined) return null;
  const members = new Map<string, string>();
  for (const [, key = '', quoted, plain = ''] of text.matchAll(/(\w+)=(?:"([^"]*)"|(\S*))/g)) {
    members.set(key, quoted ?? plain);
  }
  return members.has('ev') ? [members] : null;
}

function isError(event: Members): boolean {
  return (event.get('ev') ?? '').startsWith('err');
}

/** A pass that is over says so; a `done` event, and any event of a later pass, mean that those before are over. */
function passesDone(events: readonly Members[]): number {
  let passes = 0;
  for (const event of events) {
    const pass = numberOf(event, ['pass']);
    const over = /^(pass_?end|pass_?done)$/.test(event.get('ev') ?? '');
    if (pass !== null) passes = Math.max(passes, over ? pass + 1 : pass);
    if (event.get('ev') === 'done') passes = Math.max(passes, numberOf(event, ['passes']) ?? 1);
  }
  return passes;
}

function numberOf(event: Members, names: readonly string[]): number | null {
  const value = names.map((name) => event.get(name)).find((each) => each !== undefined);
  return value === undefined || !/^-?\d+(\.\d+)?$/.test(value) ? null : Number(value);
}

function memberOf(events: readonly Members[], name: string): string | undefined {
  return events.map((event) => event.get(name)).find((each) => each !== undefined);
}

function hexOf(event: Members, names: readonly string[]): string | null {
  const value = names.map((name) => event.get(name)).find((each) => each !== undefined);
  const digits = /^(?:0x)?([0-9a-f]+)$/i.exec(value ?? '')?.[1];
  return digits === undefined ? null : `0x${digits.toLowerCase()}`;
}

function readError(event: Members): readonly Finding[] | null {
  const address = hexOf(event, ['addr', 'address']);
  if (address === null) return null;
  const expected = hexOf(event, ['expected', 'exp', 'good']);
  const actual = hexOf(event, ['found', 'actual', 'got', 'bad']);
  const both = expected !== null && actual !== null;
  return [
    {
      test: `test ${event.get('test') ?? '?'}`,
      ...memtest86Place(event.get('test') ?? '', address),
      expected,
      actual,
      xor: both ? xorOf(expected, actual) : hexOf(event, ['xor']),
      cpuWrote: null,
      cpuRead: numberOf(event, ['cpu']),
      kind: null,
      blame: null,
      at: null,
    },
  ];
}
