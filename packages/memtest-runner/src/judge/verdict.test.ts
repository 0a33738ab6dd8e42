import { describe, expect, it } from 'vitest';
import { silentEvidence } from '../evidence/silent-evidence.ts';
import type { EngineReport, Finding } from '../model/engine-report.ts';
import type { DimmErrors } from '../model/evidence.ts';
import type { NodeEvidence } from '../model/run-result.ts';
import { exitCodeOf, judgeNode, type NodeCase, type Verdict, verdicts } from './verdict.ts';

const report: EngineReport = {
  engine: 'march',
  variant: 'march 1',
  ending: 'complete',
  requestedBytes: 1000,
  bytesTested: 1000,
  passes: 3,
  cpuSeconds: 1,
  wallSeconds: 1,
  bytesPerSecond: 1,
  findings: [],
  findingCount: 0,
  notes: [],
};
const evidence: NodeEvidence = {
  ...silentEvidence,
  survival: { kind: 'up' },
  oomKills: 0,
  dimms: [],
  unassigned: null,
  throttleEvents: 0,
  corruptedBytes: 0,
};
const finding: Finding = {
  test: 'march 0 up(r0,w1)',
  address: '0x7f00',
  addressKind: 'virtual',
  physicalAddress: '0x1230008',
  expected: '0x0',
  actual: '0x400',
  xor: '0x400',
  cpuWrote: 1,
  cpuRead: 2,
  kind: 'stored',
  blame: 'memory',
  at: null,
};
const dimm: DimmErrors = {
  label: 'CPU0_A1',
  location: '',
  corrected: 0,
  uncorrected: 0,
  serial: '4711',
  part: 'M393',
};
const slow = {
  node: 'n1',
  measurement: 'triad, plain, 64 threads',
  value: 96e9,
  reference: 100e9,
  below: 0.04,
  z: -9,
  against: 'group',
} as const;

interface Change {
  readonly engine?: Partial<EngineReport>;
  readonly evidence?: Partial<NodeEvidence>;
  readonly node?: Partial<NodeCase>;
}
const judge = (change: Change) =>
  judgeNode({
    node: 'n1',
    engines: [{ ...report, ...change.engine }],
    evidence: { ...evidence, ...change.evidence },
    slow: [],
    busy: false,
    failure: null,
    running: false,
    ...change.node,
  });

const bad = { findings: [finding], findingCount: 1 };

describe('a verdict', () => {
  it.each<[Verdict, string, Change, RegExp, RegExp]>([
    ['pass', 'all tested, nothing seen', {}, /nothing wrong/, /service/],
    [
      'pass',
      'counters that do not exist are unknown, and said',
      { evidence: { dimms: null } },
      /no ECC counts/,
      /./,
    ],
    [
      'pass-degraded',
      'less than asked',
      { engine: { bytesTested: 900 } },
      /tested 900 of 1000/,
      /test again/,
    ],
    [
      'pass-degraded',
      'no whole pass',
      { engine: { passes: 0, ending: 'interrupted' } },
      /after 0 passes/,
      /end/,
    ],
    [
      'pass-degraded',
      'memory not locked',
      { engine: { notes: ['memory was not locked'] } },
      /not locked/,
      /./,
    ],
    [
      'slow',
      'behind its group',
      { node: { slow: [slow] } },
      /4.0 % below its group, 96.0 of 100.0 GB\/s/,
      /DIMM population/,
    ],
    [
      'busy',
      'disturbed, so its slowness means nothing',
      { node: { slow: [slow], busy: true } },
      /disturbed/,
      /drain/,
    ],
    [
      'data-error',
      'a wrong word',
      { engine: bad },
      /at 0x1230008, 0x0 read as 0x400, bits 0x400 by CPU 2/,
      /half of the DIMMs/,
    ],
    [
      'data-error',
      'in a test that moves blocks, and in one that does not',
      {
        engine: {
          findings: [
            { ...finding, addressKind: 'symptom', physicalAddress: null, address: '0x9000' },
            finding,
          ],
          findingCount: 2,
        },
      },
      /2 wrong values: 1 word, the first at 0x1230008/,
      /DIMMs/,
    ],
    [
      'data-error',
      'only where blocks had been moved',
      {
        engine: {
          findings: [{ ...finding, addressKind: 'symptom', physicalAddress: null, address: '0x9000' }],
          findingCount: 1,
        },
      },
      /their place is not known, the first showed at 0x9000/,
      /DIMMs/,
    ],
    [
      'data-error',
      'that only one core reads wrong',
      { engine: { ...bad, findings: [{ ...finding, blame: 'cpu' }] } },
      /CPU 2/,
      /suspect CPU 2 rather than memory/,
    ],
    [
      'ecc-ce',
      'one corrected error',
      { evidence: { dimms: [{ ...dimm, corrected: 1 }] } },
      /CPU0_A1 \(M393, serial 4711\): 1 corrected/,
      /test again/,
    ],
    [
      'ecc-ce',
      'two on one DIMM',
      { evidence: { dimms: [{ ...dimm, corrected: 2 }] } },
      /2 corrected/,
      /swap DIMM CPU0_A1/,
    ],
    [
      'ecc-ue',
      'uncorrected',
      { evidence: { dimms: [{ ...dimm, uncorrected: 1, corrected: 9 }] } },
      /1 uncorrected/,
      /replace DIMM/,
    ],
    ['ecc-ue', 'pages taken out of use', { evidence: { corruptedBytes: 4096 } }, /4096 bytes/, /replace/],
    ['throttled', 'hot', { evidence: { throttleEvents: 7 } }, /7 times/, /fans/],
    [
      'oom',
      'killed for memory, not bad RAM',
      { engine: { ending: 'unfinished' }, evidence: { oomKills: 1 } },
      /want of memory/,
      /less memory/,
    ],
    [
      'tool-error',
      'could not start',
      { engine: { ending: 'failed', notes: ['no memory'] } },
      /could not test: no memory/,
      /doctor/,
    ],
    ['tool-error', 'vanished', { engine: { ending: 'unfinished' } }, /without a result/, /spool/],
    [
      'lost',
      'gone',
      { evidence: { survival: { kind: 'unreachable', since: '12:00' } }, engine: { ending: 'unfinished' } },
      /since 12:00/,
      /console/,
    ],
    [
      'crashed',
      'came back by itself',
      {
        evidence: { survival: { kind: 'rebooted', clean: false, position: 'march 2/7 up(r0,w1)' } },
        engine: { ending: 'unfinished' },
      },
      /crashed during march 2\/7 up\(r0,w1\)/,
      /pstore/,
    ],
    [
      'rebooted',
      'by somebody',
      { evidence: { survival: { kind: 'rebooted', clean: true, position: null } } },
      /shut down/,
      /who/,
    ],
  ])('%s: %s', (verdict, _, change, text, next) => {
    const judged = judge(change);
    expect(judged.verdict).toBe(verdict);
    expect(judged.reasons[0]?.text).toMatch(text);
    expect(judged.reasons[0]?.next).toMatch(next);
  });

  it('is the worst of its reasons, and keeps them all', () => {
    const judged = judge({
      engine: bad,
      evidence: { dimms: [{ ...dimm, corrected: 3 }], throttleEvents: 1 },
      node: { slow: [slow] },
    });
    expect(judged.reasons.map(({ verdict }) => verdict)).toEqual([
      'data-error',
      'ecc-ce',
      'throttled',
      'slow',
    ]);
    expect(judged.reasons[0]?.next).toMatch(/swap DIMM CPU0_A1/);
  });

  it('of a run gives its exit code', () => {
    const all = verdicts.map((verdict) => ({ node: 'n', verdict, reasons: [] }));
    expect(exitCodeOf(all.filter(({ verdict }) => verdict === 'pass'))).toBe(0);
    expect(exitCodeOf(all.filter(({ verdict }) => verdict === 'pass' || verdict === 'lost'))).toBe(4);
    expect(exitCodeOf(all)).toBe(1);
  });
});
