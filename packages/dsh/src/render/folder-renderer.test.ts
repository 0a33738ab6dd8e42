import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderRenderer } from './folder-renderer.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-out-'));
});
afterEach(() => rm(folder, { recursive: true }));

const ok = { kind: 'exit', outcome: { kind: 'ok' }, elapsedMs: 1 } as const;
const unreachable = {
  kind: 'failure',
  outcome: { kind: 'unreachable', reason: 'refused' },
  elapsedMs: 1,
} as const;

describe('output folders', () => {
  it('hold the bytes of each node, under its name once it has ended', async () => {
    const renderer = folderRenderer({ stdout: folder, stderr: folder });
    await renderer.event({ kind: 'stdout', node: 'n1', data: Uint8Array.of(0, 255) });
    await renderer.event({ kind: 'stdout', node: 'n1', data: Uint8Array.of(10) });
    expect(await readdir(folder)).toEqual(['n1.out.part']);
    await renderer.event({ ...ok, node: 'n1' });
    expect(await readdir(folder)).toEqual(['n1.out']);
    expect([...(await readFile(join(folder, 'n1.out')))]).toEqual([0, 255, 10]);
  });

  it('have a file for a silent node, and none for one that was not reached', async () => {
    await writeFile(join(folder, 'n2.out'), 'of an earlier run');
    const renderer = folderRenderer({ stdout: folder, stderr: folder });
    await renderer.event({ ...ok, node: 'n1' });
    await renderer.event({ ...unreachable, node: 'n2' });
    expect(await readdir(folder)).toEqual(['n1.out']);
  });

  it('say what to do when they cannot be written', async () => {
    const renderer = folderRenderer({ stdout: '/dev/null/x' });
    await expect(renderer.event({ ...ok, node: 'n1' })).rejects.toMatchObject({ code: 'out-dir' });
  });
});
