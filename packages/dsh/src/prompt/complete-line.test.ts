import { expect, test } from 'vitest';
import { type CompletionSource, completeLine } from './complete-line.ts';

const source: CompletionSource = {
  nodes: async () => ['n1', 'n2', 'login1'],
  groups: async () => ['compute', 'storage'],
  remotePaths: async (word) =>
    ['/etc/', '/etc/hosts', '/exports/', '/my files/'].filter((path) => path.startsWith(word)),
};

test.each([
  [':ga', [':gather '], ':ga'],
  [':nodes @c', ['@compute'], '@c'],
  [':nodes n1,lo', ['login1'], 'lo'],
  [':nodes +@st', ['@storage'], '@st'],
  [':nodes -n', ['n1', 'n2'], 'n'],
  ['cat </etc/h', ['/etc/hosts'], '/etc/h'],
  ['dd if=/ex', ['/exports/'], '/ex'],
  ['ls /my', ['/my\\ files/'], '/my'],
  ['ls /my\\ f', ['/my\\ files/'], '/my\\ f'],
  ['cat /etc/h', ['/etc/hosts'], '/etc/h'],
  ['ls /e', ['/etc/', '/etc/hosts', '/exports/'], '/e'],
  ['echo @s', ['@storage'], '@s'],
])('%s completes to %j', async (line, candidates, word) => {
  expect(await completeLine(line, source)).toEqual([candidates, word]);
});
