import { describe, expect, it } from 'vitest';
import { gendersSource } from './genders.ts';

// What nodeattr 1.22 answers for each query over this database was observed.
const DATABASE = 'n[1-4] a,role=io\nn[2-5] b\nn3,n4 c=%n\nn9\nx   odd=50%%n # comment\n';
const source = gendersSource('genders', '/etc/genders', async () => DATABASE);

describe('a genders database', () => {
  it.each([
    ['a', 'n1 n2 n3 n4'],
    ['a&&b', 'n2 n3 n4'],
    ['a && b', 'n2 n3 n4'],
    ['a||b', 'n1 n2 n3 n4 n5'],
    ['a--b', 'n1'],
    ['~a', 'n5 n9 x'],
    ['~~a', 'n1 n2 n3 n4'],
    ['a||b&&c', 'n3 n4'],
    ['b&&c||a', 'n3 n4 n1 n2'],
    ['a||(b&&c)', 'n1 n2 n3 n4'],
    ['~(a&&b)', 'n1 n5 n9 x'],
    ['~a&&b', 'n5'],
    ['role=io', 'n1 n2 n3 n4'],
    ['role', 'n1 n2 n3 n4'],
    ['a--b||c', 'n1 n3 n4'],
    ['c=n3', 'n3'],
    ['odd=50%n', 'x'],
    ['(a)', 'n1 n2 n3 n4'],
    ['a--a', ''],
  ])('answers %j', async (query, nodes) => {
    expect((await source.members(query))?.join(' ')).toBe(nodes);
  });

  it.each([
    ['a&&', 'missing attribute at offset 3'],
    ['&&a', 'missing attribute at offset 0'],
    ['(a', "missing ')' at offset 2"],
    ['a)', "unexpected ')' at offset 1"],
    ['a (b)', "unexpected '(' at offset 1"],
    ['~', 'missing attribute at offset 1'],
    ['()', 'missing attribute at offset 1'],
  ])('refuses the query %j with the offset', async (query, message) => {
    await expect(source.members(query)).rejects.toThrow(message);
  });

  it('knows no group that no node has', async () => {
    expect(await source.members('nosuch')).toBeUndefined();
    expect(await source.members('role=none')).toBeUndefined();
  });

  it('lists attributes and values, nodes, and the groups of a node', async () => {
    expect(await source.groupNames()).toEqual([
      'a',
      'role',
      'role=io',
      'b',
      'c',
      'c=n3',
      'c=n4',
      'odd',
      'odd=50%n',
    ]);
    expect(await source.all()).toEqual(['n1', 'n2', 'n3', 'n4', 'n5', 'n9', 'x']);
    expect(await source.groupsOf?.('n3')).toEqual(['a', 'role', 'role=io', 'b', 'c', 'c=n3']);
    expect(await source.groupsOf?.('none')).toEqual([]);
  });

  it.each([
    ['n1 a=1\nn1 a=2\n', "g:2: n1 has 'a' with two values"],
    ['n1 a b\n', 'g:1: blanks within the attributes'],
    ['n1 a,,b\n', 'g:1: empty attribute'],
    ['n[1-2 a\n', /g:1: .*missing ']'/],
    ['ok a\n-oProxyCommand=x a\n', /g:2: '-oProxyCommand=x' is not a host name/],
  ])('refuses %j', async (text, message) => {
    await expect(gendersSource('g', 'g', async () => text).all()).rejects.toThrow(message);
  });
});
