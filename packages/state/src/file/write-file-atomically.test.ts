import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomically } from './write-file-atomically.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-file-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('writeFileAtomically', () => {
  it('replaces the content and leaves no neighbour', async () => {
    const path = join(folder, 'a');
    await writeFileAtomically(path, 'old');
    await writeFileAtomically(path, new Uint8Array([0, 255]), { mode: 0o600 });
    expect([...(await readFile(path))]).toEqual([0, 255]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['a']);
  });

  it('writes to what is no file without taking it away', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const [read] = await Promise.all([readFile(pipe, 'utf8'), writeFileAtomically(pipe, 'through')]);
    expect([read, (await stat(pipe)).isFIFO()]).toEqual(['through', true]);
    await expect(writeFileAtomically('/dev/full', 'x')).rejects.toMatchObject({ code: 'ENOSPC' });
  });

  it('says of a folder that is not there what was asked for', async () => {
    const path = join(folder, 'none', 'a');
    await expect(writeFileAtomically(path, 'x')).rejects.toThrow(`open '${path}'`);
  });

  it('cleans up when the target cannot be replaced', async () => {
    await mkdir(join(folder, 'taken/full'), { recursive: true });
    await expect(writeFileAtomically(join(folder, 'taken'), 'x')).rejects.toMatchObject({ code: 'EISDIR' });
    expect(await readdir(folder)).toEqual(['taken']);
  });
});
