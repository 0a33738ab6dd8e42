import { plainTheme as plain } from '@heorot/cli';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ofBuiltIn, ofIperf } from './measure-pair.ts';
import { judge, medianOf } from './outliers.ts';
import { measureInTurn, pairsOf } from './pairs.ts';
import { toolsFor } from './probe-script.ts';
import { type JudgedMeasurement, probeList, probeMatrix } from './probe-table.ts';

describe('the pairs of a probe', () => {
  it.each([
    ['ring', ['n1>n2', 'n2>n3', 'n3>n1']],
    ['all', ['n1>n2', 'n1>n3', 'n2>n1', 'n2>n3', 'n3>n1', 'n3>n2']],
  ] as const)('as %s', (how, expected) => {
    expect(pairsOf(['n1', 'n2', 'n3'], how).map(({ from, to }) => `${from}>${to}`)).toEqual(expected);
    expect(pairsOf(['n1'], how)).toEqual([]);
  });

  it('are all measured, never two at a time that share a node, never more than asked for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 6 }),
        fc.integer({ min: 1, max: 4 }),
        async (count, most) => {
          const pairs = pairsOf(
            Array.from({ length: count }, (_, at) => `n${at}`),
            'all',
          );
          const busy: string[] = [];
          const results = await measureInTurn(pairs, most, async (pair) => {
            expect(busy).not.toContain(pair.from);
            expect(busy).not.toContain(pair.to);
            expect(busy.length / 2).toBeLessThan(most);
            busy.push(pair.from, pair.to);
            await Promise.resolve();
            for (const node of [pair.from, pair.to]) busy.splice(busy.indexOf(node), 1);
            return pair;
          });
          expect(results).toEqual(pairs);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('an outlier', () => {
  it.each([
    ['one of alike links that has a tenth less', [100, 101, 99, 100, 88], [4]],
    ['none where all differ a little', [100, 97, 103, 95, 92], []],
    ['one far below of links that differ anyway', [1000, 400, 2.4, 1100], [2]],
    ['none of two', [100, 1], []],
    ['none that is not known', [100, 100, 100, null], []],
    ['none that is far above', [100, 100, 100, 900], []],
  ])('is %s', (_, values, expected) => {
    const judged = judge(values);
    expect(values.flatMap((_value, at) => (judged[at]?.outlier === true ? [at] : []))).toEqual(expected);
  });

  it('is judged by the median', () => {
    expect([medianOf([]), medianOf([3, 1, 2]), medianOf([4, 1, 2, 3])]).toEqual([undefined, 2, 2.5]);
  });
});

it('the bandwidth of iperf3 is what was received', () => {
  const end = { sum_sent: { bits_per_second: 9e9 }, sum_received: { bits_per_second: 8e9 } };
  expect(ofIperf(`rtt 0.1/0.2/0.3\n${JSON.stringify({ end }, null, '\t')}`)).toBe(1e9);
  expect(ofIperf('{"error": "unable to connect"}')).toBeNull();
});

it('the bandwidth of what is built in is what its receiver counted', () => {
  expect(ofBuiltIn('ready 10.0.0.2 40000\ngot 250000000 2.5\n')).toBe(1e8);
  expect(ofBuiltIn('ready 10.0.0.2 40000\n')).toBeNull();
  expect(ofBuiltIn('got 0 0.1\n')).toBeNull();
});

it.each([
  [['iperf3', 'perl'], ['iperf3'], 'iperf3', 'iperf3'],
  [['iperf3', 'perl'], ['perl', 'python3'], 'perl', 'perl'],
  [['python3'], ['iperf3', 'perl'], 'python3', 'perl'],
])('nodes with %j and %j measure with what fits', (from, to, sender, receiver) => {
  expect(toolsFor(from, to)).toEqual({ sender, receiver });
});

it('nodes that have nothing in common that fits measure nothing', () => {
  expect(toolsFor(['iperf3'], ['perl'])).toBeUndefined();
});

describe('what was measured', () => {
  const pair = (
    from: string,
    to: string,
    bytesPerSecond: number | null,
    outlier = false,
  ): JudgedMeasurement => ({
    from,
    to,
    bytesPerSecond,
    latencyMs: bytesPerSecond === null ? null : 0.25,
    tool: 'perl',
    problem: bytesPerSecond === null ? 'no answer in time' : null,
    score: null,
    below: null,
    outlier,
  });
  const rows = [
    pair('n1', 'n2', 125e6),
    pair('n1', 'n3', 1e6, true),
    pair('n2', 'n1', 118e6),
    pair('n2', 'n3', null),
    pair('n3', 'n1', 118e6),
    pair('n3', 'n2', 118e6),
  ];

  it('is a matrix where each was measured against each, with what is odd below it', () => {
    const lines = probeMatrix(rows, { theme: plain, width: undefined })?.map((line) => line.trimEnd());
    expect(lines?.slice(0, 9)).toEqual([
      'bit/s from, to    n1     n2      n3',
      'n1                    1.00G  !8.00M',
      'n2              944M              ?',
      'n3              944M   944M',
      '',
      'ms from, to     n1     n2     n3',
      'n1                  0.250  0.250',
      'n2           0.250             ?',
      'n3           0.250  0.250',
    ]);
    expect(lines?.slice(11).map((line) => line.split(/ +/).slice(0, 2))).toEqual([
      ['n1', 'n3'],
      ['n2', 'n3'],
    ]);
  });

  it('is a list where the terminal is too narrow for a matrix', () => {
    expect(probeMatrix(rows, { theme: plain, width: 30 })).toBeUndefined();
    expect(probeList(rows, { theme: plain, width: undefined })).toHaveLength(7);
  });
});
