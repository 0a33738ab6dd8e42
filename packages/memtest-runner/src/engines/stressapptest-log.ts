// From stressapptest's log to an engine report. It keeps hardware incidents and procedural errors apart, and so do we: its
// `Status: FAIL` alone does not mean bad memory.
import { type EngineReport, FINDING_LIMIT, type Finding } from '../model/engine-report.ts';
import { xorOf } from '../model/hex.ts';

const MEBIBYTE = 2 ** 20;

/**
 * Reads a log, whole or as far as it came.
 * Pages are drawn at random, so `passes` is how often the memory was copied on average; below about seven some pages were
 * never touched, and `bytesTested` counts the share that was: 1 - e^-passes.
 */
export function readStressapptest(log: string): EngineReport {
  const megabytes = numberIn(log, /Starting SAT, (\d+)M/);
  const completed =
    /Completed: ([\d.]+)M in ([\d.]+)s ([\d.]+)MB\/s, with (\d+) hardware incidents, (\d+) errors/.exec(log);
  const moved = Number(completed?.[1] ?? 0) * MEBIBYTE;
  const bytes = (megabytes ?? 0) * MEBIBYTE;
  const copies = bytes > 0 ? moved / (2 * bytes) : 0;
  const findings = log.split('\n').flatMap((line) => readIncident(line) ?? []);
  const incidents = completed === null ? findings.length : Number(completed[4]);
  return {
    engine: 'stressapptest',
    variant: `stressapptest ${/SAT revision (\S+),/.exec(log)?.[1] ?? 'unknown'}, ${optionsOf(log)}`,
    ending: endingOf(log, completed !== null, incidents),
    requestedBytes: megabytes === null ? null : bytes,
    bytesTested: Math.floor(bytes * (1 - Math.exp(-copies))),
    passes: Math.floor(copies),
    cpuSeconds: null,
    wallSeconds: completed === null ? null : Number(completed[2]),
    bytesPerSecond: completed === null ? null : Number(completed[3]) * MEBIBYTE,
    findings: findings.slice(0, FINDING_LIMIT),
    findingCount: Math.max(incidents, findings.length),
    notes: proceduralErrors(log, completed?.[5]),
  };
}

function numberIn(log: string, pattern: RegExp): number | null {
  const match = pattern.exec(log)?.[1];
  return match === undefined ? null : Number(match);
}

function optionsOf(log: string): string {
  return /Commandline - \S+ (.*)/.exec(log)?.[1]?.trim() ?? 'options unknown';
}

function endingOf(log: string, completed: boolean, incidents: number): EngineReport['ending'] {
  const status = /^Status: (\w+)/m.exec(log)?.[1];
  if (status === undefined) return completed ? 'complete' : 'unfinished';
  if (status === 'PASS') return 'complete';
  return incidents > 0 ? 'complete' : 'failed';
}

/** A figure in brackets behind the address is the program's guess at a physical one, and is often not true: left out. */
const incident =
  /^Hardware Error: (\S+) on CPU (\d+)\(\S*\) at (0x[0-9a-f]+)\([^)]*\): read:(0x[0-9a-f]+), reread:(0x[0-9a-f]+) expected:(0x[0-9a-f]+)/;

function readIncident(line: string): readonly Finding[] | null {
  const match = incident.exec(line.replace(/^.*?(?=Hardware Error:)/, ''));
  if (match === null) return null;
  const [, test = '', cpu, address = '', read = '', reread = '', expected = ''] = match;
  return [
    {
      test,
      address,
      addressKind: 'virtual',
      physicalAddress: null,
      expected,
      actual: read,
      xor: xorOf(expected, read),
      cpuWrote: null,
      cpuRead: Number(cpu),
      kind: BigInt(reread) === BigInt(expected) ? 'read' : 'stored',
      blame: null,
      at: null,
    },
  ];
}

function proceduralErrors(log: string, count: string | undefined): readonly string[] {
  const said = [...log.matchAll(/^(?:Process Error|Error|Fatal Error): (.*)$/gm)].map(
    (match) => match[1] ?? '',
  );
  const counted = count !== undefined && count !== '0' ? [`${count} procedural errors of stressapptest`] : [];
  return [...counted, ...new Set(said)].slice(0, 10);
}
