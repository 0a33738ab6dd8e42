// A node may claim what it likes; only what was asked for, below its own folder, is believed.
import { describe, expect, it } from 'vitest';
import { nodeSource, parseListing } from './node-listing.ts';

const record = (path: string, mode = '81a4') => `${mode} 3 1000000000 ./${path}//\n`;
const folder = '41ed';

describe('parseListing', () => {
  it('takes files, folders and links; leaves out the rest', () => {
    const answer = record('d', folder) + record('d/f') + record('d/l', 'a1ff') + record('d/pipe', '11a4');
    const { entries, leftOut } = parseListing(answer, 'd');
    expect(entries.map(({ kind, path }) => `${kind} ${path}`)).toEqual(['folder d', 'file d/f', 'link d/l']);
    expect(leftOut).toEqual(['d/pipe']);
  });

  it('takes a name with a line break that looks like the end of a record', () => {
    const { entries } = parseListing(record('d', folder) + record('d/a\n81a4 3 1 .') + record('d/b'), 'd');
    expect(entries.map(({ path }) => path)).toEqual(['d', 'd/a\n81a4 3 1 .', 'd/b']);
  });

  it.each([
    ['a path that climbs', record('d', folder) + record('d/../../etc/passwd')],
    ['another name', record('e')],
    ['a file below a link', record('d', folder) + record('d/l', 'a1ff') + record('d/l/passwd')],
    ['a file below a file', record('d', folder) + record('d/f') + record('d/f/x')],
    ['a path without its folder', record('d', folder) + record('d/x/y')],
    ['the same path twice', record('d', folder) + record('d/f') + record('d/f')],
    ['an absolute path', `81a4 3 1000000000 /etc/passwd//\n`],
    ['a name with NUL', record('d', folder) + record('d/a\0b')],
    ['nothing', ''],
    ['noise', 'hello//\n'],
  ])('refuses %s', (_, answer) => {
    expect(() => parseListing(answer, 'd')).toThrow(/not asked for|did not list/);
  });
});

describe('nodeSource', () => {
  it.each([
    ['/etc/hosts', '/etc', 'hosts'],
    ['/etc/', '/', 'etc'],
    ['/etc', '/', 'etc'],
    ['logs', '.', 'logs'],
    ['a/b c//', 'a', 'b c'],
    ['~/x', '"$HOME"', 'x'],
    ['a b/-n', "'a b'", '-n'],
  ])('%s is %s and %s', (path, parent, base) => {
    expect(nodeSource(path)).toEqual({ parent, base });
  });

  it.each(['/', '.', '..', '/etc/..', '~', ''])('refuses %s, which has no name', (path) => {
    expect(() => nodeSource(path)).toThrow('has no name');
  });
});
