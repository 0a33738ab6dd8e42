// From march's output (a spool file, or what arrived of it) to an engine report.
import { type EngineReport, FINDING_LIMIT, type Finding, TIME_WAS_OVER } from '../model/engine-report.ts';
import {
  type MarchFinding,
  type MarchRecord,
  type MarchRegion,
  type MarchStart,
  type MarchSummary,
  parseMarchRecord,
} from './march-record.ts';

/**
 * Reads the whole of an output. Without a summary record the report says `unfinished` and counts the passes that ended.
 *
 * @example readMarchLog(await readFile(spool, 'utf8')).findings[0]?.xor // '0x0000000000000400'
 */
export function readMarchLog(log: string): EngineReport {
  const records = log.split('\n').flatMap((line) => {
    const record = parseMarchRecord(line);
    return record === null ? [] : [record];
  });
  const start = records.find((record) => record.type === 'start');
  const summary = records.findLast((record) => record.type === 'summary');
  const findings = records.filter((record) => record.type === 'finding');
  const regions = records.filter((record) => record.type === 'region');
  const { bytesMoved, ...progress } = totals(records, summary);
  return {
    engine: 'march',
    variant: start === undefined ? 'unknown' : variantOf(start),
    ending: endingOf(summary),
    requestedBytes: start?.requestedBytes ?? null,
    ...progress,
    bytesPerSecond: progress.wallSeconds > 0 ? bytesMoved / progress.wallSeconds : null,
    findings: findings.slice(0, FINDING_LIMIT).map(findingOf),
    findingCount: Math.max(findings.length, progress.findingCount),
    notes: [...notesOf(start, regions), ...outOfTime(records, summary)],
  };
}

function variantOf(start: MarchStart): string {
  const tests = [
    ...(start.march ? [`march C- with ${start.backgrounds} backgrounds`] : []),
    ...(start.address ? ['address test'] : []),
  ];
  return `march ${start.version}, ${tests.join(' and ')}, ${start.isa}`;
}

function endingOf(summary: MarchSummary | undefined): EngineReport['ending'] {
  if (summary === undefined) return 'unfinished';
  if (summary.ended === 'passes') return 'complete';
  // A time box that held at least one whole pass is what was asked for.
  return summary.ended === 'time' && summary.passes > 0 ? 'complete' : 'interrupted';
}

/** What a pass did not come to was not tested. */
function outOfTime(records: readonly MarchRecord[], summary: MarchSummary | undefined): readonly string[] {
  if (summary?.ended !== 'time' || summary.passes > 0) return [];
  const at = records.findLast((record) => record.type === 'progress')?.position ?? 'its beginning';
  return [`${TIME_WAS_OVER} at ${at}`];
}

interface Totals {
  readonly bytesTested: number;
  readonly bytesMoved: number;
  readonly passes: number;
  readonly wallSeconds: number;
  readonly cpuSeconds: number | null;
  readonly findingCount: number;
}

function totals(records: readonly MarchRecord[], summary: MarchSummary | undefined): Totals {
  if (summary !== undefined) {
    const { bytesTested, bytesMoved, passes, wallSeconds, cpuSeconds, findings } = summary;
    return { bytesTested, bytesMoved, passes, wallSeconds, cpuSeconds, findingCount: findings };
  }
  const pass = records.findLast((record) => record.type === 'pass');
  const progress = records.findLast((record) => record.type === 'progress');
  return {
    bytesTested: pass?.bytes ?? 0,
    bytesMoved: progress?.bytesMoved ?? 0,
    passes: pass?.pass ?? 0,
    wallSeconds: progress?.elapsed ?? 0,
    cpuSeconds: null,
    findingCount: Math.max(progress?.findings ?? 0, pass?.findings ?? 0),
  };
}

function findingOf(finding: MarchFinding): Finding {
  const { address, physical, expected, actual, xor, cpuWrote, cpuRead, kind, blame, at } = finding;
  const test =
    finding.test === 'address'
      ? `address ${finding.element}`
      : `march ${finding.background} ${finding.element}`;
  return {
    test,
    address,
    addressKind: 'virtual',
    physicalAddress: physical,
    expected,
    actual,
    xor,
    cpuWrote,
    cpuRead,
    kind,
    blame,
    at,
  };
}

function notesOf(start: MarchStart | undefined, regions: readonly MarchRegion[]): readonly string[] {
  const unlocked = regions.some((region) => !region.locked);
  const swaps = start !== undefined && start.swapBytes > 0;
  const unbound =
    new Set(regions.map((region) => region.node)).size > 1 && regions.some((region) => !region.bound);
  return [
    ...(unlocked && swaps
      ? ['memory was not locked and this node swaps: part of it may have been on disk']
      : []),
    ...(unbound ? ['memory was not bound to its NUMA node'] : []),
  ];
}
