import { describe, expect, it } from 'vitest';
import { copyPaths } from './copy-paths.ts';

const flags = { copy: [], fetch: [], dest: undefined };

describe('copyPaths', () => {
  it.each([
    ['the folder of the first source, as clush', { copy: ['/etc/motd'] }, [], ['/etc/motd'], '/etc'],
    ['relative sources against the current folder', { copy: ['motd'], dest: '.' }, [], ['/here/motd'], '.'],
    ['further sources as operands', { copy: ['a'], dest: '/x' }, ['b'], ['/here/a', '/here/b'], '/x'],
    ['--dest behind the sources', { copy: ['a'] }, ['b', '--dest', '/x'], ['/here/a', '/here/b'], '/x'],
    ['--dest=DIR between them', { copy: ['a'] }, ['--dest=/x', 'b'], ['/here/a', '/here/b'], '/x'],
    ['what is fetched into the current folder', { fetch: ['motd'] }, [], ['motd'], '/here'],
  ])('copies %s', (_, given, operands, sources, destination) => {
    expect(copyPaths({ ...flags, ...given }, operands, '/here')).toMatchObject({ sources, destination });
  });

  it.each([
    [['b', '-f', '8'], 'flag -f stands behind a source'],
    [['--dest'], 'flag --dest needs a value (DIR)'],
  ])('refuses %j', (operands, message) => {
    expect(() => copyPaths({ ...flags, copy: ['a'] }, operands, '/here')).toThrow(message);
  });
});
