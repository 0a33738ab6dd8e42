import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openInventory } from '@heorot/inventory';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { unknownNames } from './unknown-names.ts';

let folder: string;
let clusterFile: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-names-'));
  clusterFile = join(folder, 'cluster.yaml');
  await writeFile(clusterFile, 'nodes: {"n[1-8]": {}}\n', { mode: 0o600 });
});
afterAll(() => rm(folder, { recursive: true }));

const open = () => openInventory({ clusterFile, env: {}, cwd: folder });

it('a node that is down is not taken for a mistyped one, a name that nobody knows is', async () => {
  const ended = (reason: string) => [
    { node: 'n11', outcome: { kind: 'unreachable', reason }, elapsedMs: 1 } as const,
  ];
  const inventory = await open();
  expect(await unknownNames(ended('connection refused: 10.0.0.9 port 22'), inventory)).toBeUndefined();
  expect(await unknownNames(ended('name not found: n11'), inventory)).toBe(
    `n11 is not in ${clusterFile}: did you mean 'n1'?`,
  );
});
