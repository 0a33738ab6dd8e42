import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { FileEntry } from '../image/file-entry.ts';
import { ownedBy } from './owned-paths.ts';
import { type NodeFile, planSync, type SyncInput, suspiciousFiles } from './plan-sync.ts';

const common = { mode: 0o644, uid: 0, gid: 0, mtime: 5, attributes: [] };
const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
const file = (path: string, text: string, extra: Partial<typeof common> = {}): FileEntry => ({
  ...common,
  ...extra,
  type: 'file',
  path,
  size: text.length,
  sha256: sha(text),
});
const onNode = (text: string, extra: Partial<NodeFile> = {}): NodeFile => ({
  ...common,
  type: 'file',
  size: text.length,
  target: '',
  ...extra,
});
const tree = (...entries: readonly FileEntry[]): ReadonlyMap<string, FileEntry> =>
  new Map(entries.map((entry) => [entry.path, entry]));

function plan(
  node: Readonly<Record<string, NodeFile>>,
  wanted: SyncInput['wanted'],
  base: SyncInput['base'],
  more: Partial<SyncInput> = {},
): Readonly<Record<'send' | 'touch' | 'remove' | 'kept', readonly string[]>> {
  const made = planSync({
    node: new Map(Object.entries(node)),
    hashes: new Map(),
    wanted,
    base,
    owned: ownedBy([]),
    overwrite: false,
    owners: true,
    ...more,
  });
  const paths = (entries: readonly { readonly path: string }[]): readonly string[] =>
    entries.map(({ path }) => path);
  return { send: paths(made.send), touch: paths(made.touch), remove: made.remove, kept: paths(made.kept) };
}

const nothing = { send: [], touch: [], remove: [], kept: [] };

describe('planSync', () => {
  it('does nothing where the node is as it should be', () => {
    expect(plan({ a: onNode('one') }, tree(file('a', 'one')), tree(file('a', 'one')))).toEqual(nothing);
  });

  it('replaces what is as the old image had it, and keeps what is not', () => {
    const [wanted, base] = [tree(file('a', 'new', { mtime: 9 })), tree(file('a', 'older'))];
    expect(plan({ a: onNode('older') }, wanted, base)).toEqual({ ...nothing, send: ['a'] });
    expect(plan({ a: onNode('by hand') }, wanted, base)).toEqual({ ...nothing, kept: ['a'] });
    expect(plan({ a: onNode('by hand') }, wanted, base, { overwrite: true })).toEqual({
      ...nothing,
      send: ['a'],
    });
  });

  it('removes only what the old image brought, is unchanged, and no boot loader may need', () => {
    const base = tree(
      file('a', 'x'),
      file('b', 'x'),
      file('boot/vmlinuz-1', 'x'),
      file('lib/modules/1/m', 'x'),
    );
    const node = {
      a: onNode('x'),
      b: onNode('changed'),
      c: onNode('own'),
      'boot/vmlinuz-1': onNode('x'),
      'lib/modules/1/m': onNode('x'),
    };
    expect(plan(node, tree(), base)).toEqual({ ...nothing, remove: ['a'] });
  });

  it('never touches identity, whatever it is told', () => {
    const wanted = tree(
      file('etc/hostname', 'golden'),
      file('etc/ssh/ssh_host_rsa_key', 'key'),
      file('boot/grub/grub.cfg', 'g'),
    );
    expect(plan({ 'etc/hostname': onNode('n1') }, wanted, undefined, { overwrite: true })).toEqual(nothing);
  });

  it('leaves /etc alone on a node of which no image is known', () => {
    const wanted = tree(file('etc/a', 'new'), file('usr/b', 'new'));
    expect(plan({ 'etc/a': onNode('older'), 'usr/b': onNode('older') }, wanted, undefined)).toEqual({
      ...nothing,
      send: ['usr/b'],
      kept: ['etc/a'],
    });
  });

  it('puts folders first, libraries before programs, the kernel last', () => {
    const wanted = tree(
      file('boot/vmlinuz-2', 'k'),
      file('usr/bin/a', 'b'),
      file('usr/lib/b', 'l'),
      { ...common, type: 'hardlink', path: 'usr/bin/0', target: 'usr/bin/a' },
      { ...common, type: 'directory', path: 'usr/new' },
      file('usr/share/c', 's'),
    );
    expect(plan({}, wanted, undefined).send).toEqual([
      'usr/new',
      'usr/lib/b',
      'usr/share/c',
      'usr/bin/a',
      'usr/bin/0',
      'boot/vmlinuz-2',
    ]);
  });

  it('sets owner and mode without sending, but sends what has capabilities', () => {
    const base = tree(file('a', 'x'), file('b', 'x'));
    const capable: FileEntry = {
      ...file('b', 'x', { uid: 7 }),
      attributes: [{ name: 'security.capability', value: 'AQ==' }],
    };
    const node = { a: onNode('x'), b: onNode('x') };
    expect(plan(node, tree(file('a', 'x', { mode: 0o600 }), capable), base)).toEqual({
      ...nothing,
      touch: ['a'],
      send: ['b'],
    });
  });

  it('asks for the bytes of what only looks alike', () => {
    const input = { owned: ownedBy([]), overwrite: false, owners: true };
    const node = new Map([['a', onNode('two', { mtime: 8 })]]);
    expect(suspiciousFiles({ ...input, node, wanted: tree(file('a', 'one')), base: undefined })).toEqual([
      'a',
    ]);
    // Two versions within a second.
    const twins = { wanted: tree(file('a', 'two')), base: tree(file('a', 'one')) };
    expect(suspiciousFiles({ ...input, ...twins, node: new Map([['a', onNode('one')]]) })).toEqual(['a']);
    const one = { a: onNode('one') };
    expect(plan(one, twins.wanted, twins.base, { hashes: new Map([['a', sha('one')]]) }).send).toEqual(['a']);
    expect(plan(one, twins.wanted, twins.base, { hashes: new Map([['a', sha('two')]]) })).toEqual(nothing);
  });
});
