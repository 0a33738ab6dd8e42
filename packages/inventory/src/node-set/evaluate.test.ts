import { describe, expect, test } from 'vitest';
import { HeorotError } from '../error/heorot-error.ts';
import { evaluate } from './evaluate.ts';
import type { GroupLookup } from './group-lookup.ts';
import { parseExpression } from './parse-expression.ts';

/** Groups of the default source under their names, of others under `source:name`; `*` is every node. */
function lookup(
  groups: Readonly<Record<string, string>>,
): GroupLookup & { readonly asked: readonly string[] } {
  const asked: string[] = [];
  const find = async (source: string | undefined, name: string) => {
    const key = source === undefined ? name : `${source}:${name}`;
    asked.push(key);
    const members = groups[key];
    if (members === undefined) throw new HeorotError('group-unknown', `no group '${key}'`);
    return members;
  };
  return {
    asked,
    members: find,
    all: (source) => find(source, '*'),
    groupNames: async (source) =>
      Object.keys(groups).filter((key) => key.includes(':') === (source !== undefined)),
  };
}

const answer = async (text: string, groups: GroupLookup) =>
  String(await evaluate(parseExpression(text), groups));

describe('groups', () => {
  const groups = lookup({
    a: 'n[1-4]',
    b: '@a!n2,@other:c',
    'other:c': 'm[1-2]&m1',
    'g:role=io': 'io1',
    '*': '@a,x1',
  });
  test.each([
    ['@a', 'n[1-4]'],
    ['@b', 'm1,n[1,3-4]'],
    ['@other:c,@a', 'm1,n[1-4]'],
    ['@g:role=io', 'io1'],
    ['*!@a', 'x1'],
    ['@a&n*', 'n[1-4]'],
    ['x?', 'x1'],
    ['?1', 'n1,x1'],
    ['*[2-3]', 'n[2-3]'],
    ['*', 'n[1-4],x1'],
  ])('%j is %j', async (text, expected) => expect(await answer(text, groups)).toBe(expected));

  test('group ranges name several groups', async () => {
    const racks = lookup({ r01: 'n1', r02: 'n2', 'site:row1-r2': 'n5' });
    expect(await answer('@r[01-02],@site:row[1]-r[2]', racks)).toBe('n[1-2,5]');
  });

  test('each group is asked for once', async () => {
    const groups = lookup({ a: 'n1', b: '@a', c: '@a,@b' });
    await answer('@a,@b,@c,@a', groups);
    expect(groups.asked).toEqual(['a', 'b', 'c']);
  });
});

describe('errors', () => {
  const groups = lookup({
    a: '@b',
    b: 'x,@c',
    c: '@a',
    empty: '',
    gone: 'n1!n1',
    bad: 'n1,n[2',
    hostile: '-oProxyCommand=x',
  });
  test.each([
    ['@nosuch', 'group-unknown', "no group 'nosuch'"],
    ['@empty', 'group-empty', "group '@empty' has no nodes"],
    ['n1!@gone', 'group-empty', "group '@gone' has no nodes"],
    ['@a', 'group-cycle', "group '@a' contains itself: @a -> @b -> @c -> @a"],
    ['@c', 'group-cycle', "group '@c' contains itself: @c -> @a -> @b -> @c"],
    ['@bad', 'node-set-syntax', "group '@bad': node set 'n1,n[2': missing ']' at offset 6"],
    [
      '@hostile',
      'node-set-syntax',
      "group '@hostile': node set '-oProxyCommand=x': '-' in a name at offset 0",
    ],
  ])('%j: %s', async (text, code, message) => {
    await expect(answer(text, groups)).rejects.toMatchObject({ code, message });
  });
});

test('no wildcard is slow, however many stars it has', async () => {
  const name = `n${'a'.repeat(250)}`;
  expect(await answer(`${'*a'.repeat(60)}*b`, lookup({ '*': name }))).toBe('');
  expect(await answer(`${'*a'.repeat(60)}*`, lookup({ '*': name }))).toBe(name);
});
