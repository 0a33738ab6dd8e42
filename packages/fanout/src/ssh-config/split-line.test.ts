import { describe, expect, test } from 'vitest';
import { splitLine } from './split-line.ts';

describe('a line of ssh config', () => {
  test.each([
    ['Host a b', 'host', ['a', 'b']],
    ['  HOST=a', 'host', ['a']],
    ['Port = 22', 'port', ['22']],
    ['User\troot   # why', 'user', ['root']],
    ['IdentityFile "/a b/c"', 'identityfile', ['/a b/c']],
    ["IdentityFile '/a b/c'", 'identityfile', ['/a b/c']],
    ['IdentityFile /a\\ b', 'identityfile', ['/a b']],
    ['IdentityFile a"b c"d', 'identityfile', ['ab cd']],
    ['User "a\\"b"', 'user', ['a"b']],
    ['User a#b', 'user', ['a#b']],
    ['Match host=a user b', 'match', ['host', 'a', 'user', 'b']],
    ['Match host "a,b"', 'match', ['host', 'a,b']],
    ['UserKnownHostsFile /a=b /c', 'userknownhostsfile', ['/a=b', '/c']],
    ['Port', 'port', []],
    ['Port 22\r', 'port', ['22']],
  ])('%j', (line, keyword, words) => {
    expect(splitLine(line)).toEqual({ keyword, words });
  });

  test.each(['', '   ', '# Host a', '\t# x'])('%j says nothing', (line) => {
    expect(splitLine(line)).toBeUndefined();
  });

  test('an open quote is an error', () => {
    expect(() => splitLine('User "a')).toThrow('no closing "');
  });
});
