import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openInventory } from '@heorot/inventory';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { completeWords } from './complete-words.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heorot-words-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function inventoryOf(nodes: string) {
  const clusterFile = join(folder, `${nodes}.yaml`);
  writeFileSync(
    clusterFile,
    `nodes:
  ${nodes}: {}
  login: {}
groups:
  compute: ${nodes}
  login: login
sources:
  racks: {type: command, map: "echo login", list: "echo r1; echo r2"}
`,
  );
  return () => openInventory({ clusterFile, env: process.env, cwd: folder });
}

it.each([
  ['n', ['n1', 'n2', 'n3']],
  ['n2', ['n2']],
  ['x', []],
  ['n1,n', ['n1,n1', 'n1,n2', 'n1,n3']],
  ['n[1,2]!l', ['n[1,2]!login']],
  ['@c', ['@compute']],
  ['n*&@', ['n*&@compute', 'n*&@login', 'n*&@racks:']],
  ['@racks:r', ['@racks:r1', '@racks:r2']],
  ['n[1', []],
  ['', ['login', 'n1', 'n2', 'n3', '@compute', '@login', '@racks:']],
])('nodes: %j offers %j', async (word, words) => {
  expect(await completeWords('nodes', word, inventoryOf('n[1-3]'))).toEqual(words);
});

it.each([
  ['', ['compute', 'login', 'racks:']],
  ['lo', ['login']],
  ['racks:r2', ['racks:r2']],
])('groups: %j offers %j', async (word, words) => {
  expect(await completeWords('groups', word, inventoryOf('n[1-3]'))).toEqual(words);
});

it('offers a screenful of a large cluster', async () => {
  expect(await completeWords('nodes', 'n', inventoryOf('n[1-1000000]'))).toHaveLength(500);
});
