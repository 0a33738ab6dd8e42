// What the real cpio unpacks of our archives. Device nodes need root, as the lab has it.
import { execFileSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeCpio } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'heorot-cpio-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the cpio of the system', () => {
  it('unpacks files, folders, links and device nodes as they were given', () => {
    const content = Buffer.from(Array.from({ length: 70_001 }, (_, index) => index % 251));
    const archive = Buffer.concat([
      ...writeCpio([
        { path: 'bin', type: 'directory' },
        { path: 'bin/busybox', type: 'file', content, mode: 0o4755 },
        { path: 'bin/sh', type: 'symlink', target: 'busybox' },
        { path: 'dev', type: 'directory', mode: 0o700 },
        { path: 'dev/null', type: 'character', major: 1, minor: 3 },
        { path: 'größe', type: 'file', content: Buffer.alloc(0) },
      ]),
    ]);
    execFileSync('/usr/bin/cpio', ['--extract', '--quiet', '--preserve-modification-time'], {
      cwd: folder,
      input: archive,
    });
    expect(readFileSync(join(folder, 'bin/busybox')).equals(content)).toBe(true);
    expect(statSync(join(folder, 'bin/busybox')).mode & 0o7777).toBe(0o4755);
    expect(statSync(join(folder, 'bin/busybox')).mtimeMs).toBe(0);
    expect(readlinkSync(join(folder, 'bin/sh'))).toBe('busybox');
    expect(statSync(join(folder, 'dev')).mode & 0o777).toBe(0o700);
    expect(lstatSync(join(folder, 'dev/null')).rdev).toBe((1 << 8) | 3);
    expect(statSync(join(folder, 'größe')).size).toBe(0);
  });

  it('lists every name, and sees the end', () => {
    const archive = Buffer.concat([
      ...writeCpio([{ path: 'init', type: 'file', content: Buffer.from('x') }]),
    ]);
    expect(execFileSync('/usr/bin/cpio', ['--list', '--quiet'], { input: archive }).toString()).toBe(
      'init\n',
    );
  });
});
