import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeSet, openInventory } from '@heorot/inventory';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadGroupings } from './load-groupings.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-groupings-'));
  await writeFile(
    join(folder, 'cluster.yaml'),
    `cluster: hrothgar
nodes:
  n[1-4]: {rack: r1}
  n[5-8]: {rack: r2}
  login: {}
groups:
  compute: n[1-8]
  gpu: n[3-4]
sources:
  broken: {type: command, map: "exit 1", list: "exit 1", all: "exit 1"}
`,
  );
});
afterAll(() => rm(folder, { recursive: true }));

it('the racks of the cluster file and each source are ways to group; a node is in the smallest of its groups', async () => {
  const inventory = await openInventory({ clusterFile: join(folder, 'cluster.yaml'), env: {}, cwd: folder });
  const groupings = await loadGroupings(inventory, NodeSet.parse('n[1-8],login'));
  const [racks, groups, ...others] = groupings;
  expect([racks?.name, groups?.name, others]).toEqual(['rack', inventory.sources()[0], []]);
  expect(['n1', 'n5', 'login'].map((node) => racks?.groupOf(node))).toEqual(['r1', 'r2', undefined]);
  expect(['n1', 'n3', 'login'].map((node) => groups?.groupOf(node))).toEqual(['compute', 'gpu', undefined]);
});

it('what groups none of the nodes is none', async () => {
  const inventory = await openInventory({ clusterFile: join(folder, 'cluster.yaml'), env: {}, cwd: folder });
  expect(await loadGroupings(inventory, NodeSet.parse('login'))).toEqual([]);
});
