// The records that march writes, one JSON object a line; kernel/README.md describes them.
import { type Fields, fieldsOf } from './fields.ts';

export interface MarchStart {
  readonly type: 'start';
  readonly version: string;
  readonly pid: number;
  readonly startTicks: number;
  readonly bootId: string;
  readonly isa: string;
  readonly threads: number;
  readonly requestedBytes: number;
  readonly plannedBytes: number;
  readonly totalBytes: number;
  readonly swapBytes: number;
  readonly backgrounds: number;
  readonly address: boolean;
  readonly march: boolean;
}

export interface MarchRegion {
  readonly type: 'region';
  readonly cpu: number;
  readonly node: number;
  readonly address: string;
  readonly bytes: number;
  readonly locked: boolean;
  readonly bound: boolean;
}

export interface MarchProgress {
  readonly type: 'progress';
  readonly at: string;
  readonly elapsed: number;
  readonly pass: number;
  /** Such as `march 2/7 up(r0,w1)`: what was under way when a node died. */
  readonly position: string;
  readonly bytesMoved: number;
  readonly findings: number;
}

export interface MarchPass {
  readonly type: 'pass';
  readonly pass: number;
  readonly bytes: number;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly findings: number;
}

export interface MarchFinding {
  readonly type: 'finding';
  readonly at: string;
  readonly test: string;
  readonly background: number;
  readonly element: string;
  readonly address: string;
  readonly physical: string | null;
  readonly expected: string;
  readonly actual: string;
  readonly xor: string;
  readonly kind: 'stored' | 'read';
  readonly cpuWrote: number;
  readonly cpuRead: number;
  readonly blame: 'memory' | 'cpu' | 'unreproduced' | 'unproven';
}

export interface MarchSummary {
  readonly type: 'summary';
  readonly ended: string;
  readonly passes: number;
  readonly bytes: number;
  readonly bytesTested: number;
  readonly bytesMoved: number;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly findings: number;
  readonly exit: number;
}

export type MarchRecord = MarchStart | MarchRegion | MarchProgress | MarchPass | MarchFinding | MarchSummary;

/**
 * One line of march's output; null for a line that is no record of a known type: a half-written last line after a crash, a
 * `warning`, or a type that a newer march has.
 */
export function parseMarchRecord(line: string): MarchRecord | null {
  const fields = fieldsOf(line);
  if (fields === null) return null;
  const record = readRecord(fields);
  return fields.complete() ? record : null;
}

function readRecord(fields: Fields): MarchRecord | null {
  switch (fields.text('type')) {
    case 'start':
      return readStart(fields);
    case 'region':
      return readRegion(fields);
    case 'progress':
      return readProgress(fields);
    case 'pass':
      return readPass(fields);
    case 'finding':
      return readFinding(fields);
    case 'summary':
      return readSummary(fields);
    default:
      return null;
  }
}

function readStart(fields: Fields): MarchStart {
  return {
    type: 'start',
    version: fields.text('version'),
    pid: fields.number('pid'),
    startTicks: fields.number('startTicks'),
    bootId: fields.text('bootId'),
    isa: fields.text('isa'),
    threads: fields.number('threads'),
    requestedBytes: fields.number('requestedBytes'),
    plannedBytes: fields.number('plannedBytes'),
    totalBytes: fields.number('totalBytes'),
    swapBytes: fields.number('swapBytes'),
    backgrounds: fields.number('backgrounds'),
    address: fields.boolean('address'),
    march: fields.boolean('march'),
  };
}

function readRegion(fields: Fields): MarchRegion {
  return {
    type: 'region',
    cpu: fields.number('cpu'),
    node: fields.number('node'),
    address: fields.text('address'),
    bytes: fields.number('bytes'),
    locked: fields.boolean('locked'),
    bound: fields.boolean('bound'),
  };
}

function readProgress(fields: Fields): MarchProgress {
  return {
    type: 'progress',
    at: fields.text('at'),
    elapsed: fields.number('elapsed'),
    pass: fields.number('pass'),
    position: fields.text('position'),
    bytesMoved: fields.number('bytesMoved'),
    findings: fields.number('findings'),
  };
}

function readPass(fields: Fields): MarchPass {
  return {
    type: 'pass',
    pass: fields.number('pass'),
    bytes: fields.number('bytes'),
    wallSeconds: fields.number('wallSeconds'),
    cpuSeconds: fields.number('cpuSeconds'),
    findings: fields.number('findings'),
  };
}

function readFinding(fields: Fields): MarchFinding {
  return {
    type: 'finding',
    at: fields.text('at'),
    test: fields.text('test'),
    background: fields.number('background'),
    element: fields.text('element'),
    address: fields.text('address'),
    physical: fields.textOrNull('physical'),
    expected: fields.text('expected'),
    actual: fields.text('actual'),
    xor: fields.text('xor'),
    kind: fields.oneOf('kind', ['stored', 'read']),
    cpuWrote: fields.number('cpuWrote'),
    cpuRead: fields.number('cpuRead'),
    blame: fields.oneOf('blame', ['memory', 'cpu', 'unreproduced', 'unproven']),
  };
}

function readSummary(fields: Fields): MarchSummary {
  return {
    type: 'summary',
    ended: fields.text('ended'),
    passes: fields.number('passes'),
    bytes: fields.number('bytes'),
    bytesTested: fields.number('bytesTested'),
    bytesMoved: fields.number('bytesMoved'),
    wallSeconds: fields.number('wallSeconds'),
    cpuSeconds: fields.number('cpuSeconds'),
    findings: fields.number('findings'),
    exit: fields.number('exit'),
  };
}
