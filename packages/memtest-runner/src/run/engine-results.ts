// What the engines of one phase wrote, to engine results: the readers of each program do the reading, here the pieces are put
// together and the way the phase ended is told.
import { readMarchLog } from '../engines/march-log.ts';
import { readMemtester } from '../engines/memtester-output.ts';
import { readOfficialStream } from '../engines/official-stream.ts';
import { readStreamLog } from '../engines/stream-log.ts';
import { readStressapptest } from '../engines/stressapptest-log.ts';
import { type Ending, type EngineReport, FINDING_LIMIT, TIME_WAS_OVER } from '../model/engine-report.ts';
import type { Bandwidth, EngineResult } from '../model/run-result.ts';
import type { PhaseEnding } from '../node/spool-event.ts';

export interface PhaseRecord {
  readonly name: string;
  /** As the supervisor names it: `march`, `mixed`, `official`. */
  readonly engine: string;
  /** Prefix of its files. */
  readonly index: number;
  /** null: it has not ended, or the node went down in it. */
  readonly ending: PhaseEnding | null;
  readonly problem: string;
  /** Exit code by file. */
  readonly codes: ReadonlyMap<string, number>;
}

export interface PhaseResults {
  readonly engines: readonly EngineResult[];
  /** Other load disturbed the bandwidth test too often. */
  readonly busy: boolean;
}

/** @param files of the node's spool, by name */
export function resultsOfPhase(phase: PhaseRecord, files: ReadonlyMap<string, Buffer>): PhaseResults {
  const text = (name: string) => files.get(name)?.toString('latin1') ?? '';
  const of = (report: EngineReport, bandwidth: readonly Bandwidth[] = []): EngineResult => ({
    ...withEnding(report, phase),
    phase: phase.name,
    bandwidth,
  });
  const calm = (...engines: EngineResult[]): PhaseResults => ({ engines, busy: false });
  const file = (engine: string) => `${phase.index}.${engine}`;
  switch (phase.engine) {
    case 'stream': {
      const { report, bandwidth, busy } = readStreamLog(text(`${file('stream')}.out`));
      return { engines: [of(report, bandwidth)], busy };
    }
    case 'official': {
      const code = phase.codes.get(file('official')) ?? null;
      const { report, bandwidth } = readOfficialStream(text(`${file('official')}.out`), code);
      return calm(of(report, bandwidth));
    }
    case 'memtester':
      return calm(of(memtesters(phase, files)));
    case 'stressapptest':
      return calm(
        of(readStressapptest(text(`${file('stressapptest')}.out`) + text(`${file('stressapptest')}.err`))),
      );
    case 'mixed': {
      const { report, bandwidth } = readStreamLog(text(`${file('stream')}.out`));
      return calm(
        of(withError(readMarchLog(text(`${file('march')}.out`)), text(`${file('march')}.err`))),
        of(loadReport(report), bandwidth),
      );
    }
    default:
      return calm(of(withError(readMarchLog(text(`${file('march')}.out`)), text(`${file('march')}.err`))));
  }
}

/** An engine that wrote nothing but a complaint could not test. */
function withError(report: EngineReport, errors: string): EngineReport {
  const said = errors.trim().split('\n')[0] ?? '';
  if (said === '' || report.ending !== 'unfinished' || report.passes > 0) return report;
  return { ...report, ending: 'failed', notes: [...report.notes, said] };
}

/** Load beside a test is ended with it: that is its end. */
function loadReport(report: EngineReport): EngineReport {
  return { ...report, ending: report.ending === 'interrupted' ? 'complete' : report.ending };
}

function memtesters(phase: PhaseRecord, files: ReadonlyMap<string, Buffer>): EngineReport {
  const prefix = `${phase.index}.memtester.`;
  const names = [...files.keys()]
    .filter((name) => name.startsWith(prefix) && name.endsWith('.out'))
    .map((name) => name.slice(0, -'.out'.length));
  const reports = names.map((name) => {
    const said = (end: string) => files.get(`${name}.${end}`)?.toString('latin1') ?? '';
    return readMemtester({
      stdout: said('out'),
      stderr: said('err'),
      exitCode: ownExit(phase.codes.get(name)),
    });
  });
  return together(reports) ?? readMemtester({ stdout: '', stderr: '', exitCode: null });
}

/** A shell tells a signal as 128 and its number, in which memtester's bits must not be read. */
function ownExit(code: number | undefined): number | null {
  return code === undefined || code > 128 ? null : code;
}

/** One report for programs that ran side by side: bytes add up, the one with the fewest passes counts. */
function together(reports: readonly EngineReport[]): EngineReport | undefined {
  const [first] = reports;
  if (first === undefined) return undefined;
  const sum = (value: (report: EngineReport) => number | null) =>
    reports.reduce((total, report) => total + (value(report) ?? 0), 0);
  const order: readonly Ending[] = ['failed', 'unfinished', 'interrupted', 'complete'];
  const worst = order.find((ending) => reports.some((report) => report.ending === ending)) ?? 'unfinished';
  return {
    ...first,
    variant: `${reports.length} × ${first.variant}`,
    ending: worst,
    requestedBytes: sum(({ requestedBytes }) => requestedBytes),
    bytesTested: sum(({ bytesTested }) => bytesTested),
    passes: Math.min(...reports.map(({ passes }) => passes)),
    findings: reports.flatMap(({ findings }) => findings).slice(0, FINDING_LIMIT),
    findingCount: sum(({ findingCount }) => findingCount),
    notes: [...new Set(reports.flatMap(({ notes }) => notes))],
  };
}

/** What the supervisor did to the phase says more than an output that just stops. */
function withEnding(report: EngineReport, { ending, problem }: PhaseRecord): EngineReport {
  if (ending === 'failed') return { ...report, ending: 'failed', notes: [problem, ...report.notes] };
  if (report.ending !== 'unfinished') return report;
  if (ending === 'stopped') return { ...report, ending: 'interrupted' };
  if (ending === 'time' && report.passes > 0) return { ...report, ending: 'complete' };
  if (ending === 'time') return { ...report, ending: 'interrupted', notes: [...report.notes, TIME_WAS_OVER] };
  return report;
}
