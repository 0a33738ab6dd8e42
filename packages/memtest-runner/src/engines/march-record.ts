// The records that march writes, one JSON object a line; kernel/README.md describes them.
import { type Fields, fieldsOf } from './fields.ts';

export type MarchStart = Readonly<ReturnType<typeof readStart>>;
export type MarchRegion = Readonly<ReturnType<typeof readRegion>>;
export type MarchProgress = Readonly<ReturnType<typeof readProgress>>;
export type MarchPass = Readonly<ReturnType<typeof readPass>>;
export type MarchFinding = Readonly<ReturnType<typeof readFinding>>;
export type MarchSummary = Readonly<ReturnType<typeof readSummary>>;
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

function readRecord(fields: Fields) {
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

const readStart = (fields: Fields) => ({
  type: 'start' as const,
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
});

const readRegion = (fields: Fields) => ({
  type: 'region' as const,
  cpu: fields.number('cpu'),
  node: fields.number('node'),
  address: fields.text('address'),
  bytes: fields.number('bytes'),
  locked: fields.boolean('locked'),
  bound: fields.boolean('bound'),
});

const readProgress = (fields: Fields) => ({
  type: 'progress' as const,
  at: fields.text('at'),
  elapsed: fields.number('elapsed'),
  pass: fields.number('pass'),
  /** Such as `march 2/7 up(r0,w1)`: what was under way when a node died. */
  position: fields.text('position'),
  bytesMoved: fields.number('bytesMoved'),
  findings: fields.number('findings'),
});

const readPass = (fields: Fields) => ({
  type: 'pass' as const,
  pass: fields.number('pass'),
  bytes: fields.number('bytes'),
  wallSeconds: fields.number('wallSeconds'),
  cpuSeconds: fields.number('cpuSeconds'),
  findings: fields.number('findings'),
});

const readFinding = (fields: Fields) => ({
  type: 'finding' as const,
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
});

const readSummary = (fields: Fields) => ({
  type: 'summary' as const,
  ended: fields.text('ended'),
  passes: fields.number('passes'),
  bytes: fields.number('bytes'),
  bytesTested: fields.number('bytesTested'),
  bytesMoved: fields.number('bytesMoved'),
  wallSeconds: fields.number('wallSeconds'),
  cpuSeconds: fields.number('cpuSeconds'),
  findings: fields.number('findings'),
  exit: fields.number('exit'),
});
