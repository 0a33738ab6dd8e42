// Copies where the disk is full, and where the node has nothing but busybox; needs root (a small tmpfs) and busybox.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseHostName } from '@heorot/inventory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CopyRun } from '../src/engine/fanout.ts';
import { fanoutOver } from '../src/engine/open-fanout.ts';
import { shellSource } from '../src/testing/shell-source.ts';

let folder: string;
let source: string;
const disk = () => join(folder, 'disk');
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heorot-copy-faults-'));
  source = join(folder, 'source');
  mkdirSync(join(source, 'sub/empty'), { recursive: true });
  mkdirSync(disk());
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk()]);
  writeFileSync(join(source, 'large'), Buffer.alloc(6_000_000, 'large file'));
  for (let index = 0; index < 20; index += 1)
    writeFileSync(join(source, 'sub', `small ${index}`), Buffer.alloc(300_000, `${index} `));
});
afterAll(() => {
  execFileSync('umount', [disk()]);
  rmSync(folder, { recursive: true, force: true });
});

const node = [{ node: 'here', host: parseHostName('localhost'), settings: {} }];
const options = { schedule: { fanout: 1 } };

async function ending(run: CopyRun): Promise<{ kind: string | undefined; notes: string; sent: number }> {
  const notes: string[] = [];
  let sent = 0;
  for await (const event of run) {
    if (event.kind === 'note') notes.push(event.text);
    if (event.kind === 'file' && event.how === 'sent') sent += 1;
  }
  const { results } = await run.summary;
  return { kind: results[0]?.outcome.kind, notes: notes.join(), sent };
}

describe('a full disk', () => {
  it.each([
    ['on the node, for a large file', 'large'],
    ['on the node, for many small ones', 'sub'],
  ])('%s: says so and leaves nothing behind', async (_, name) => {
    await using fanout = fanoutOver(shellSource('sh'), { forwardAgent: false, keepSessions: false });
    const { kind, notes } = await ending(fanout.copy(node, [join(source, name)], disk(), options));
    expect(kind).toBe('exit');
    expect(notes).toContain('No space left on device');
    expect(execFileSync('find', [disk(), '-type', 'f']).toString()).toBe('');
  });

  it('here, ends the whole fetch and says where', async () => {
    await using fanout = fanoutOver(shellSource('sh'), { forwardAgent: false, keepSessions: false });
    const run = fanout.fetch(node, [join(source, 'large')], disk(), options);
    await expect(run.summary).rejects.toThrow(/cannot be written: ENOSPC/);
  });
});

describe('a node with nothing but busybox', () => {
  it('takes a tree, finds it unchanged, and gives it back', async () => {
    const tools = join(folder, 'tools');
    mkdirSync(tools);
    execFileSync('busybox', ['--install', '-s', tools]);
    await using fanout = fanoutOver(shellSource(`env PATH=${tools} ${tools}/sh`), {
      forwardAgent: false,
      keepSessions: false,
    });
    const target = join(folder, 'busybox');
    expect(await ending(fanout.copy(node, [source], target, options))).toEqual({
      kind: 'ok',
      notes: '',
      sent: 21,
    });
    execFileSync('diff', ['-r', source, join(target, 'source')]);
    expect(readdirSync(target)).toEqual(['source']);
    expect(await ending(fanout.copy(node, [source], target, options))).toEqual({
      kind: 'ok',
      notes: '',
      sent: 0,
    });
    const got = join(folder, 'got');
    expect(await ending(fanout.fetch(node, [join(target, 'source')], got, options))).toEqual({
      kind: 'ok',
      notes: '',
      sent: 21,
    });
    execFileSync('diff', ['-r', source, join(got, 'here/source')]);
    expect(readFileSync(join(got, 'here/source/large')).length).toBe(6_000_000);
  });
});
