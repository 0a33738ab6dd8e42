import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLineHistory } from './line-history.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heorot-history-'));
  file = join(folder, 'new', 'prompt-history');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('lines come back newest first in the next session, for the user alone', async () => {
  const first = await openLineHistory(file);
  await first.add('uname -r');
  await first.add('uptime');
  expect((await openLineHistory(file)).lines).toEqual(['uptime', 'uname -r']);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('repeated lines, empty lines and lines that begin with a blank are not remembered', async () => {
  const history = await openLineHistory(file);
  for (const line of ['uptime', 'uptime', '', ' echo secret']) await history.add(line);
  expect(readFileSync(file, 'utf8')).toBe('uptime\n');
});

test('a long history is cut to its newest thousand lines', async () => {
  const old = join(folder, 'old');
  writeFileSync(old, Array.from({ length: 2500 }, (_, i) => `echo ${i}\n`).join(''));
  const history = await openLineHistory(old);
  expect(history.lines).toHaveLength(1000);
  expect(history.lines[0]).toBe('echo 2499');
  expect(readFileSync(old, 'utf8').split('\n')).toHaveLength(1001);
});

test('without a place to write, the prompt still remembers its own session', async () => {
  const history = await openLineHistory('/dev/null/prompt-history');
  await history.add('uptime');
  expect(history.lines).toEqual(['uptime']);
});
