import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffManifests } from './diff-manifests.ts';
import type { FileEntry } from './file-entry.ts';
import { readManifest, writeManifest } from './file-manifest.ts';
import { accountsWithPassword, checkTree, fateOf } from './hygiene-rules.ts';
import { pathBytes, pathText } from './path-text.ts';

const common = { mode: 0o755, uid: 0, gid: 0, mtime: 5, attributes: [] };
const file = (path: string, sha: string, extra: Partial<FileEntry> = {}): FileEntry => ({
  ...common,
  ...extra,
  type: 'file',
  path,
  size: 7,
  sha256: sha.repeat(64),
});

describe('path text', () => {
  it('keeps any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = pathText(bytes);
        expect([...pathBytes(text)]).toEqual([...bytes]);
        expect(text).not.toMatch(/[ \n]/);
      }),
    );
    expect(pathText(Buffer.from('etc/größe a'))).toBe('etc/größe\\x20a');
  });
});

describe('a file manifest', () => {
  const entries: readonly FileEntry[] = [
    { ...common, type: 'directory', path: '' },
    { ...common, type: 'character', path: 'dev/null', major: 1, minor: 3 },
    { ...common, type: 'directory', path: 'etc' },
    file('etc/hosts', 'a', { mode: 0o4755 }),
    { ...common, type: 'hardlink', path: 'etc/hosts2', target: 'etc/hosts' },
    {
      ...common,
      type: 'symlink',
      path: 'lib',
      target: '../usr/lib',
      attributes: [{ name: 'user.x', value: 'AQ==' }],
    },
    { ...common, type: 'fifo', path: 'run/pipe' },
  ];

  it('reads what it writes, in whatever order the entries came', () => {
    const text = writeManifest(entries.toReversed());
    expect(readManifest(text)).toEqual(entries);
    expect(text.split('\n')[4]).toBe(`f 4755 0 0 5 - etc/hosts 7 ${'a'.repeat(64)}`);
  });

  it.each<[string, (text: string) => string]>([
    ['another heading', (text) => text.replace('manifest 1', 'manifest 2')],
    ['a line cut short', (text) => text.slice(0, -1)],
    ['a hash cut short', (text) => text.replace(/a{64}/, 'a')],
    ['lines out of order', (text) => text.replace(/(d .* etc\n)(f .*\n)/, '$2$1')],
    ['a path that leads out', (text) => text.replace('etc/hosts ', '../hosts ')],
    ['an absolute path', (text) => text.replace('run/pipe', '/run/pipe')],
    ['a file twice', (text) => text.replace(/(p .*\n)/, '$1$1')],
  ])('refuses %s', (_what, damage) => {
    expect(() => readManifest(damage(writeManifest(entries)))).toThrow('damaged file manifest');
  });
});

describe('diffManifests', () => {
  it('tells content from metadata, and counts bytes that are new anywhere once', () => {
    const before = [file('a', '1'), file('b', '2'), file('c', '3'), file('gone', '4')];
    const after = [
      file('a', '1'),
      file('b', '5'),
      file('c', '3', { mode: 0o600 }),
      file('new', '5'),
      file('moved', '4'),
    ];
    const diff = diffManifests(before, after);
    expect(diff.changes.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'content b',
      'metadata c',
      'removed gone',
      'added moved',
      'added new',
    ]);
    expect(diff.fetchBytes).toBe(7);
    expect(diff.fetchDigests).toEqual(['5'.repeat(64)]);
  });
});

describe('hygiene', () => {
  it.each<[string, number, 'absent' | 'empty' | 'kept', boolean]>([
    ['etc/ssh/ssh_host_ed25519_key', 9, 'absent', true],
    ['./etc/ssh/ssh_host_rsa_key.pub', 9, 'absent', true],
    ['/etc/machine-id', 33, 'empty', true],
    ['etc/machine-id', 0, 'empty', false],
    ['home/ada/.ssh/authorized_keys', 1, 'absent', true],
    ['home/ada/x/.ssh/authorized_keys', 1, 'kept', false],
    ['var/lib/systemd/random-seed', 1, 'absent', true],
    ['var/log/apt/history.log', 1, 'absent', true],
    ['var/log/wtmp', 0, 'empty', false],
    ['tmp/a/b', 1, 'absent', true],
    ['etc/hosts', 1, 'kept', false],
  ])('%s of %i bytes is %s', (path, size, fate, found) => {
    expect(fateOf(path)).toBe(fate);
    expect(checkTree([{ path, type: 'file', size }]).length > 0).toBe(found);
  });

  it('takes other rules', () => {
    const rules = [{ pattern: 'opt/licence', must: 'absent', why: 'it is ours alone' }] as const;
    expect(checkTree([{ path: 'opt/licence', type: 'file', size: 1 }], rules)).toMatchObject([
      { rule: rules[0] },
    ]);
    expect(
      checkTree(
        [
          { path: 'tmp', type: 'directory' },
          { path: 'tmp/x', type: 'fifo' },
        ],
        rules,
      ),
    ).toEqual([]);
  });

  it('names accounts that a password opens', () => {
    expect(accountsWithPassword('root:$y$x:1::\ndaemon:*:1::\nada:!$6$x:1::\neve::1::\n')).toEqual([
      'root',
      'eve',
    ]);
  });
});
