import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeSet, openInventory } from '@heorot/inventory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { strangers, unknownNames } from './unknown-names.ts';

let folder: string;
let clusterFile: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-names-'));
  clusterFile = join(folder, 'cluster.yaml');
  await writeFile(clusterFile, 'nodes: {"n[1-8]": {}}\n', { mode: 0o600 });
});
afterAll(() => rm(folder, { recursive: true }));

const open = () => openInventory({ clusterFile, env: {}, cwd: folder });
const nodes = (...names: readonly string[]): NodeSet => NodeSet.from(names);

describe('nodes that were chosen', () => {
  it('are doubted when no source knows them, with the one that was meant', async () => {
    const inventory = await open();
    expect(await strangers(nodes('n1', 'n11'), inventory)).toBe(
      `n11 is not in ${clusterFile}: did you mean 'n1'?`,
    );
    expect(await strangers(nodes('n44', 'n45', 'n2'), inventory)).toBe(
      `n[44-45] are not in ${clusterFile}: nodes list -l shows what is`,
    );
  });

  it('are not doubted when they are known, or there is no cluster file', async () => {
    expect(await strangers(nodes('n1', 'n8'), await open())).toBeUndefined();
    const without = await openInventory({ env: { HOME: folder }, cwd: '/' });
    expect(await strangers(nodes('n44'), without)).toBeUndefined();
  });
});

it('a node that is down is not taken for a mistyped one', async () => {
  const refused = { kind: 'unreachable', reason: 'connection refused: 10.0.0.9 port 22' } as const;
  const results = [{ node: 'n44', outcome: refused, elapsedMs: 1 }];
  expect(await unknownNames(results, await open())).toBeUndefined();
});
