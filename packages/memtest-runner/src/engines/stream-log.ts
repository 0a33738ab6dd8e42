// From the records of our bandwidth engine (kernel/src/stream) to an engine report and its measurements.
import type { EngineReport, Finding } from '../model/engine-report.ts';
import { FINDING_LIMIT } from '../model/engine-report.ts';
import { xorOf } from '../model/hex.ts';
import type { Bandwidth } from '../model/run-result.ts';
import { type Fields, fieldsOf } from './fields.ts';

export interface BandwidthReport {
  readonly report: EngineReport;
  readonly bandwidth: readonly Bandwidth[];
}

/** @example readStreamLog(log).bandwidth.find(({ kernel }) => kernel === 'triad')?.bytesPerSecond */
export function readStreamLog(log: string): BandwidthReport & { readonly busy: boolean } {
  const bandwidth: Bandwidth[] = [];
  const findings: Finding[] = [];
  let start: Start | undefined;
  let summary: Summary | undefined;
  for (const line of log.split('\n')) {
    const fields = fieldsOf(line);
    if (fields === null) continue;
    const type = fields.text('type');
    if (type === 'measure') bandwidth.push(...readMeasure(line));
    else if (type === 'invalid') findings.push(...readInvalid(fields));
    else if (type === 'start') start = readStart(fields) ?? start;
    else if (type === 'summary') summary = readSummary(fields) ?? summary;
  }
  const triad = bandwidth.filter(({ kernel, numaNode }) => kernel === 'triad' && numaNode === null);
  return {
    report: {
      engine: 'stream',
      variant: start === undefined ? 'unknown' : variantOf(start),
      ending: endingOf(summary),
      requestedBytes: null,
      bytesTested: start === undefined ? 0 : 3 * start.arrayBytes,
      passes: bandwidth.length > 0 || summary?.ended === 'load' ? 1 : 0,
      cpuSeconds: summary?.cpuSeconds ?? null,
      wallSeconds: summary?.wallSeconds ?? null,
      bytesPerSecond:
        triad.length === 0 ? null : Math.max(...triad.map(({ bytesPerSecond }) => bytesPerSecond)),
      findings: findings.slice(0, FINDING_LIMIT),
      findingCount: Math.max(findings.length, summary?.findings ?? 0),
      notes: [],
    },
    bandwidth,
    busy: summary?.ended === 'busy',
  };
}

interface Start {
  readonly version: string;
  readonly isa: string;
  readonly arrayBytes: number;
  readonly trials: number;
  readonly flags: string;
}

interface Summary {
  readonly ended: string;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly findings: number;
}

function readStart(fields: Fields): Start | undefined {
  const start = {
    version: fields.text('version'),
    isa: fields.text('isa'),
    arrayBytes: fields.number('arrayBytes'),
    trials: fields.number('trials'),
    flags: fields.text('flags'),
  };
  return fields.complete() ? start : undefined;
}

function readSummary(fields: Fields): Summary | undefined {
  const summary = {
    ended: fields.text('ended'),
    wallSeconds: fields.number('wallSeconds'),
    cpuSeconds: fields.number('cpuSeconds'),
    findings: fields.number('findings'),
  };
  return fields.complete() ? summary : undefined;
}

/** The author's rules: what is not his program unchanged has to be called a variant. */
function variantOf({ version, isa, arrayBytes, trials, flags }: Start): string {
  const mebibytes = Math.round(arrayBytes / 2 ** 20);
  return `variant of STREAM ${version}, ${isa}, arrays of ${mebibytes} MiB, best of ${trials} trials, ${flags}`;
}

function endingOf(summary: Summary | undefined): EngineReport['ending'] {
  if (summary === undefined) return 'unfinished';
  return summary.ended === 'complete' || summary.ended === 'load' || summary.ended === 'busy'
    ? 'complete'
    : 'interrupted';
}

function readMeasure(line: string): readonly Bandwidth[] {
  const fields = fieldsOf(line);
  if (fields === null) return [];
  const trials = /"trials":\[([\d.,]*)\]/.exec(line)?.[1] ?? '';
  const measure: Bandwidth = {
    kernel: fields.oneOf('kernel', ['copy', 'scale', 'add', 'triad']),
    variant: fields.oneOf('stores', ['plain', 'non-temporal']),
    threads: fields.number('threads'),
    numaNode: line.includes('"node":null') ? null : fields.number('node'),
    bytesPerSecond: fields.number('best'),
    trials: trials === '' ? [] : trials.split(',').map(Number),
    disturbed: fields.number('disturbed'),
  };
  return fields.complete() ? [measure] : [];
}

function readInvalid(fields: Fields): readonly Finding[] {
  const [array, address, expected, actual] = [
    fields.text('array'),
    fields.text('address'),
    fields.text('expected'),
    fields.text('actual'),
  ];
  if (!fields.complete()) return [];
  return [
    {
      test: `stream array ${array}`,
      address,
      addressKind: 'virtual',
      physicalAddress: null,
      expected,
      actual,
      xor: xorOf(expected, actual),
      cpuWrote: null,
      cpuRead: null,
      kind: null,
      blame: null,
      at: fields.text('at'),
    },
  ];
}
