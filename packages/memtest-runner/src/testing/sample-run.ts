// A burn-in of nodes that are made alike, with a fault of each kind among them: for tests, the schema and the benchmark. No
// randomness: the same call gives the same run.
import { silentEvidence } from '../evidence/silent-evidence.ts';
import type { Finding } from '../model/engine-report.ts';
import type { Bandwidth, EngineResult, NodeFacts, NodeParts, RunParts } from '../model/run-result.ts';

export interface SampleOptions {
  readonly nodes: number;
  /** Without faults every node passes. */
  readonly faults?: boolean;
  /** How many days after the first one. */
  readonly day?: number;
}

const GiB = 2 ** 30;

export function sampleParts({ nodes, faults = true, day = 0 }: SampleOptions): RunParts {
  const at = (hours: number): string => new Date(Date.UTC(2026, 10, 2 + day, 8 + hours)).toISOString();
  return {
    id: `20261102-080000-s${String(day).padStart(3, '0')}`,
    name: 'delivery',
    level: 'standard',
    cluster: 'hrothgar',
    startedAt: at(0),
    endedAt: at(2),
    nodeSet: nodes === 1 ? 'n1' : `n[1-${nodes}]`,
    plan: [
      {
        phase: 'march',
        engine: 'march',
        memory: '95%',
        seconds: 3600,
        passes: null,
        flags: ['--backgrounds', '7'],
      },
      {
        phase: 'stream',
        engine: 'stream',
        memory: null,
        seconds: null,
        passes: 3,
        flags: ['--trials', '10'],
      },
    ],
    programs: [
      {
        engine: 'march',
        architecture: 'x86_64',
        version: '1.0',
        build: 'musl-gcc -O2 -static',
        sha256: 'ab'.repeat(32),
      },
      {
        engine: 'stream',
        architecture: 'x86_64',
        version: '1.0',
        build: 'gcc -O3 -march=native',
        sha256: 'cd'.repeat(32),
      },
    ],
    nodes: Array.from({ length: nodes }, (_, index) => sampleNode(index, faults, day)),
  };
}

/** The fault of a node, by its place: at most one of each kind in a hundred. */
const faultAt: ReadonlyMap<number, (node: NodeParts) => NodeParts> = new Map([
  [6, withDataError],
  [12, withEcc(12, 0)],
  [13, withEcc(3, 1)],
  [18, slowed],
  [24, crashed],
  [31, (node) => ({ ...node, busy: true })],
  [37, (node) => ({ ...node, survival: { kind: 'unreachable', since: '2026-11-02T08:40:00.000Z' } })],
  [43, (node) => ({ ...node, evidence: { ...node.evidence, throttleEvents: 17 } })],
  [50, (node) => ({ ...node, engines: [], failure: 'no memory above the reserve <b>' })],
]);

function sampleNode(index: number, faults: boolean, day: number): NodeParts {
  const node = soundNode(index, day);
  return (faults ? faultAt.get(index % 100) : undefined)?.(node) ?? node;
}

function soundNode(index: number, day: number): NodeParts {
  const wobble = 1 + 0.002 * Math.sin(index * 12.9898 + day);
  return {
    node: `n${index + 1}`,
    rack: `rack${Math.floor(index / 32) + 1}`,
    engines: [marchResult(0.95 * 512 * GiB), streamResult(300e9 * wobble)],
    evidence: {
      ...silentEvidence,
      oomKills: 0,
      dimms:
        facts(index).dimms?.map(({ slot, serial, part }) => ({
          label: `CPU0_${slot}`,
          location: '',
          corrected: 0,
          uncorrected: 0,
          serial,
          part,
        })) ?? null,
      unassigned: { corrected: 0, uncorrected: 0 },
      corruptedBytes: 0,
      machineChecks: 0,
      kernelLog: { lines: [], lineCount: 0, gap: false },
      temperatures: [{ sensor: 'k10temp (hwmon1)', startCelsius: 41, highestCelsius: 68 + (index % 7) }],
      mhz: { lowest: 2400, mean: 3050, highest: 3400 },
      pressure: { cpuSeconds: 2, memorySeconds: 0 },
      stealSeconds: 0,
      memoryBytes: { start: 512 * GiB, end: 512 * GiB },
      readings: 122,
    },
    facts: facts(index),
    survival: { kind: 'up' },
    timeline: [
      { phase: 'march', startSeconds: 0, endSeconds: 3600 + (index % 9), ending: 'complete', position: null },
      { phase: 'stream', startSeconds: 3612, endSeconds: 3900, ending: 'complete', position: null },
    ],
    bootIds: [`boot-${index}`],
    busy: false,
    failure: null,
  };
}

function facts(index: number): NodeFacts {
  return {
    serial: `SN${10_000 + index}`,
    product: 'Example R1',
    bios: '2.4 05/11/2026',
    cpuModel: 'AMD EPYC 7763 64-Core Processor',
    cpus: 64,
    sockets: 1,
    microcode: '0xa0011d1',
    kernel: '6.1.0-18-amd64',
    memoryBytes: 512 * GiB,
    virtual: false,
    dimms: ['A1', 'B1', 'C1', 'D1', 'E1', 'F1', 'G1', 'H1'].map((slot, at) => ({
      slot: `DIMM_${slot}`,
      bank: `P0 CHANNEL ${slot[0] ?? ''}`,
      bytes: 64 * GiB,
      vendor: 'Samsung',
      serial: `D${index}-${at}`,
      part: 'M393A8G40AB2-CWE',
      ratedSpeed: 3200,
      configuredSpeed: 3200,
    })),
  };
}

const noFindings = { findings: [], findingCount: 0, notes: [] } as const;

function marchResult(bytes: number): EngineResult {
  return {
    engine: 'march',
    phase: 'march',
    variant: 'march 1.0, march C- with 7 backgrounds and address test, avx2',
    ending: 'complete',
    requestedBytes: bytes,
    bytesTested: bytes,
    passes: 24,
    cpuSeconds: 230_000,
    wallSeconds: 3600,
    bytesPerSecond: 290e9,
    bandwidth: [],
    ...noFindings,
  };
}

function streamResult(triad: number): EngineResult {
  const bandwidth = (['plain', 'non-temporal'] as const).flatMap((variant) =>
    [1, 2, 4, 8, 16, 32, 64].map((threads): Bandwidth => {
      const best = (variant === 'plain' ? 0.76 : 1) * triad * (1 - Math.exp(-threads / 9));
      return {
        kernel: 'triad',
        variant,
        threads,
        numaNode: null,
        bytesPerSecond: best,
        trials: [best * 0.991, best, best * 0.997],
        disturbed: 0,
      };
    }),
  );
  return {
    engine: 'stream',
    phase: 'stream',
    variant: 'variant of STREAM 1.0, avx2',
    ending: 'complete',
    requestedBytes: null,
    bytesTested: 3 * GiB,
    passes: 10,
    cpuSeconds: 3000,
    wallSeconds: 288,
    bytesPerSecond: triad,
    bandwidth,
    ...noFindings,
  };
}

function withDataError(node: NodeParts): NodeParts {
  const findings = Array.from(
    { length: 3 },
    (_, at): Finding => ({
      test: 'march 2 up(r0,w1)',
      address: `0x7f10${at}0008`,
      addressKind: 'virtual',
      physicalAddress: `0x123${at}008`,
      expected: '0x0',
      actual: '0x400',
      xor: '0x400',
      cpuWrote: 3,
      cpuRead: 7,
      kind: 'stored',
      blame: 'memory',
      at: '2026-11-02T08:12:00.000Z',
    }),
  );
  const [march, ...others] = node.engines;
  return march === undefined
    ? node
    : { ...node, engines: [{ ...march, findings, findingCount: 41 }, ...others] };
}

function withEcc(corrected: number, uncorrected: number): (node: NodeParts) => NodeParts {
  return (node) => {
    const dimms =
      node.evidence.dimms?.map((dimm, at) => (at === 2 ? { ...dimm, corrected, uncorrected } : dimm)) ?? null;
    const lines = ['[5021.113] EDAC MC0: 1 CE on CPU0_DIMM_C1 (channel:2 slot:0 page:0x12345)'];
    return {
      ...node,
      evidence: { ...node.evidence, dimms, kernelLog: { lines, lineCount: 12, gap: false } },
    };
  };
}

function slowed(node: NodeParts): NodeParts {
  const [march, stream] = node.engines;
  if (march === undefined || stream === undefined) return node;
  return { ...node, engines: [march, streamResult((stream.bytesPerSecond ?? 0) * 0.96)] };
}

function crashed(node: NodeParts): NodeParts {
  const position = 'march 4/7 down(r1,w0)';
  return {
    ...node,
    engines: node.engines.slice(0, 1).map((engine) => ({ ...engine, ending: 'unfinished', passes: 9 })),
    survival: { kind: 'rebooted', clean: false, position },
    timeline: [{ phase: 'march', startSeconds: 0, endSeconds: 1503, ending: 'crashed', position }],
    bootIds: [...node.bootIds, `${node.bootIds[0] ?? ''}-after`],
  };
}
