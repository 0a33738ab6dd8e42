import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { loadCommand, parseLoad, rankNodes } from './rank-by-load.ts';

test('this machine tells its load and its memory', () => {
  const load = parseLoad('here', execFileSync('sh', ['-c', loadCommand], { encoding: 'utf8' }));
  expect(load?.loadPerProcessor).toBeGreaterThanOrEqual(0);
  expect(load?.availableBytes).toBeGreaterThan(0);
});

test('the load counts per processor: eight busy of sixty-four is less than two of four', () => {
  const big = parseLoad('big', 'heorot-load 8.00 64 1000 kB\n');
  const small = parseLoad('small', 'noise\nheorot-load 2.00 4 2000 kB\r\n');
  if (big === undefined || small === undefined) throw new Error('both answers are whole');
  expect(rankNodes([small, big], 'load').map(({ node }) => node)).toEqual(['big', 'small']);
  expect(rankNodes([big, small], 'memory').map(({ node }) => node)).toEqual(['small', 'big']);
});

test.each(['', 'sh: cut: not found', 'heorot-load  4 2000 kB', 'heorot-load 1.0 0 2000 kB'])(
  '%j is not an answer',
  (answer) => {
    expect(parseLoad('n1', answer)).toBeUndefined();
  },
);
