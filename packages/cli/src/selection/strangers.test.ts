import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeSet, openInventory } from '@heorot/inventory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { strangers } from './strangers.ts';

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

describe('nodes that were named', () => {
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
