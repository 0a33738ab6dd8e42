import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ofIperf } from './measure-pair.ts';
import { judge, medianOf } from './outliers.ts';
import { measureInTurn, pairsOf } from './pairs.ts';

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
