// What ClusterShell 1.9 answers, row by row, and where we differ on purpose.
import { describe, expect, test } from 'vitest';
import { HeorotError } from '../error/heorot-error.ts';
import { RangeSet } from '../range-set/range-set.ts';
import { evaluate } from './evaluate.ts';
import type { FoldOptions } from './fold-options.ts';
import type { GroupLookup } from './group-lookup.ts';
import { NodeSet } from './node-set.ts';
import { parseExpression } from './parse-expression.ts';

const GROUPS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  local: {
    compute: 'node[01-20]',
    odd: 'node[01-19/2]',
    old: 'node[15-20]',
    login: 'login[1-2]',
    io: 'io[1-4]',
  },
  racks: { r1: 'node[01-10]', r2: 'node[11-20]', both: '@racks:r[1-2]' },
};

const lookup: GroupLookup = {
  members: async (source = 'local', group) => {
    const members = groupsOf(source)[group];
    if (members === undefined) throw new HeorotError('group-unknown', `no group '${group}'`);
    return members;
  },
  groupNames: async (source = 'local') => Object.keys(groupsOf(source)),
  all: async (source = 'local') => Object.values(groupsOf(source)).join(','),
};

function groupsOf(source: string): Readonly<Record<string, string>> {
  const groups = GROUPS[source];
  if (!groups) throw new HeorotError('source-unknown', `no group source '${source}'`);
  return groups;
}

const folded = async (text: string) => String(await evaluate(parseExpression(text), lookup));

describe('expressions', () => {
  test.each([
    // arguments of nodeset are united: commas here
    ['node1,node2,node3,node5', 'node[1-3,5]'],
    ['node01,node02,node3', 'node[3,01-02]'],
    ['node1,node01,node001', 'node[1,01,001]'],
    ['node[1-10],node[01-10]', 'node[1-9,01-10]'],
    ['n1-ib1,n1-ib2,n2-ib1,n2-ib2', 'n[1-2]-ib[1-2]'],
    ['n1-ib1,n1-ib2,n2-ib1', 'n1-ib[1-2],n2-ib1'],
    ['node[1-10]!node[3-5]', 'node[1-2,6-10]'],
    ['node[1-10]^node[5-15]', 'node[1-4,11-15]'],
    ['node[1-4],node[3-6]&node[4-5]', 'node[4-5]'],
    ['node[1-4]!node2,node2', 'node[1-4]'],
    ['node[1-10]!node[1-5]&node[4-6]', 'node6'],
    ['n[1-3]^n2^n2', 'n[1-3]'],
    ['@compute!@odd&@old', 'node[16,18,20]'],
    ['@racks:both', 'node[01-20]'],
    ['@racks:r[1-2]!node05', 'node[01-04,06-20]'],
    ['@*', 'io[1-4],login[1-2],node[01-20]'],
    ['@racks:*', 'node[01-20]'],
    ['node0*', 'node[01-09]'],
    ['node?[1-3]', 'node[01-03,11-13]'],
    ['*!@old', 'io[1-4],login[1-2],node[01-14]'],
    ['zz*', ''],
    ['@@racks', 'both,r[1-2]'],
    ['@@', 'compute,io,login,odd,old'],
    ['1,2,03', '[1-2,03]'],
    ['10.0.0.1,10.0.0.2,10.0.1.1', '10.0.0.[1-2],10.0.1.1'],
    ['a1,a001,a01b,a1b', 'a[1,001],a[1,01]b'],
    ['n-a,n1,n,n_x,n1-x,na,nZ,n.x', 'n,n1,n1-x,n-a,n.x,nZ,n_x,na'],
    ['node[1-2]0', 'node[10,20]'],
    ['node0[1-2]', 'node[01-02]'],
    ['n[1-2]a5[3-4]', 'n[1-2]a[53-54]'],
    [' n1 , n2 ! n1 ', 'n2'],
    ['n[ 1-3 , 5 ]', 'n[1-3,5]'],
    ['', ''],
  ])('%j is %j', async (text, expected) => expect(await folded(text)).toBe(expected));
});

describe('expanded', () => {
  test.each([
    ['node[098-101]', 'node098 node099 node100 node101'],
    ['node[1-10/3]', 'node1 node4 node7 node10'],
    ['node[1-2]0', 'node10 node20'],
    ['r[1-2]n[9-10]', 'r1n9 r1n10 r2n9 r2n10'],
  ])('%j is %s', (text, names) => expect([...NodeSet.parse(text)].join(' ')).toBe(names));
});

describe('counted', () => {
  test.each([
    ['r[1-20]n[1-30]s[0-7]', 4800n],
    ['n[1-99999999999]', 99999999999n],
  ])('%j has %d nodes', (text, count) => expect(NodeSet.parse(text).size).toBe(count));
});

describe('folded with options', () => {
  const rows: readonly [string, FoldOptions, string][] = [
    ['n1,n3,n5,n7', { autostep: 3 }, 'n[1-7/2]'],
    ['n1,n3,n5,n8', { autostep: '100%' }, 'n[1,3,5,8]'],
    ['n1,n3,n5,n8', { autostep: '50%' }, 'n[1-5/2,8]'],
    ['n1,n3,n5', { autostep: 4 }, 'n[1,3,5]'],
    ['n1,n3,n5,n7', { autostep: 'auto' }, 'n[1-7/2]'],
    ['n1,n3,n5,n7,n20', { autostep: '75%' }, 'n[1-7/2,20]'],
    ['n[1-9/2],m1,m3,m5', { autostep: '60%' }, 'm[1,3,5],n[1-9/2]'],
    ['n1-ib1,n1-ib3,n1-ib5', { autostep: 'auto' }, 'n1-ib[1-5/2]'],
    ['n[1-2]-ib[1-2]', { axis: [1] }, 'n[1-2]-ib1,n[1-2]-ib2'],
    ['n[1-2]-ib[1-2]', { axis: [-1] }, 'n1-ib[1-2],n2-ib[1-2]'],
    ['n[1-2]a[1-2]b[1-2]', { axis: [2, 3] }, 'n1a[1-2]b[1-2],n2a[1-2]b[1-2]'],
    ['n[1-3],n[1-2]a[1-2]', { axis: [2] }, 'n1,n2,n3,n1a[1-2],n2a[1-2]'],
  ];
  test.each(rows)('%j with %j is %j', (text, options, expected) => {
    expect(NodeSet.parse(text).toString(options)).toBe(expected);
  });
});

test('--split=3 node[1-10]', () => {
  expect(NodeSet.parse('node[1-10]').split(3).map(String)).toEqual(['node[1-4]', 'node[5-7]', 'node[8-10]']);
});

test('-I 0-2 node[1-10]', () => {
  expect(String(NodeSet.parse('node[1-10]').pickPositions(RangeSet.parse('0-2')))).toBe('node[1-3]');
});

test('--contiguous', () => {
  const parts = NodeSet.parse('n[1-3,5,7-9],m1,a[1-2]b[1-3,5]').contiguous();
  expect(parts.map(String)).toEqual(['a[1-2]b[1-3]', 'a[1-2]b5', 'm1', 'n[1-3]', 'n5', 'n[7-9]']);
});

describe('errors, which ClusterShell has too', () => {
  test.each([
    ['node[98-0101]', 5, "'98-0101' pads its ends differently"],
    ['node[3-1]', 5, "'3-1' runs backwards"],
    ['node[1-5/0]', 5, "step 0 in '1-5/0'"],
    ['node[1-5', 8, "missing ']'"],
    ['n[1-', 4, "missing ']'"],
    ['node1-5]', 7, "']' without '['"],
    ['node[1-5]]', 9, "']' without '['"],
    ['node[1-2][3-4]', 9, "'[' too close to the ']' before it"],
    ['node[1-2]0[3-4]', 10, "'[' too close to the ']' before it"],
    ['n[[1]]', 2, "'[' inside brackets"],
    ['node[]', 5, 'empty range'],
    ['node[1,,2]', 7, 'empty range'],
    ['node[a-c]', 5, "'a-c' is not a range of whole numbers"],
    ['node[1-]', 7, "'1-' is not a range of whole numbers"],
    ['node1,', 6, "missing operand after ','"],
    ['node1, ', 6, "missing operand after ','"],
    [',node1', 0, "missing operand before ','"],
    ['!node1', 0, "missing operand before '!'"],
    ['n1,!n2', 3, "missing operand after ','"],
  ])('%j at offset %d: %s', (text, offset, problem) => {
    expect(() => parseExpression(text)).toThrow(
      expect.objectContaining({
        code: 'node-set-syntax',
        message: `node set '${text}': ${problem} at offset ${offset}`,
        text,
        offset,
      }),
    );
  });

  test('an unknown source', async () => {
    await expect(folded('@nosrc:x')).rejects.toMatchObject({ code: 'source-unknown' });
  });
});

describe('deliberate differences: refused here, accepted by ClusterShell', () => {
  test.each([
    ['node[-1]', 5, "negative index '-1'"],
    ['node[1-3] node[5-6]', 9, 'a blank in a name'],
    ['n[1-2', 5, "missing ']'"],
    ['１,２', 0, 'U+FF11 in a name'],
    ['$(id)', 0, "'$' in a name"],
    ['host/../x', 4, "'/' in a name"],
    ['a;b', 1, "';' in a name"],
    ['-oProxyCommand=x', 0, "'-' in a name"],
    ['n1,-oProxyCommand=x', 3, "'-' in a name"],
    ['foo@io', 3, "'@' in a name"],
    ['n[+1]', 2, "'+1' is not a range of whole numbers"],
    ['n[1-2000000]0', 12, 'range too large'],
    ['10.0.0.[1-300]', 0, "'10.0.0.300' is not a host name"],
    ['10.0.0.[8,09]', 0, "'10.0.0.09' is not a host name"],
    ['@', 1, 'missing group name'],
    ['@s:', 3, 'missing group name'],
    ['@:g', 1, "missing source name before ':'"],
    ['@o*', 2, "'*' in 'o*'"],
    ['@$(id)', 1, "'$' in '$(id)'"],
    ['@-x', 1, "'-' in '-x'"],
    ['@@a b', 3, "a blank in 'a b'"],
  ])('%j at offset %d: %s', (text, offset, problem) => {
    expect(() => parseExpression(text)).toThrow(
      expect.objectContaining({
        code: 'node-set-syntax',
        offset,
        message: expect.stringContaining(`: ${problem} at offset ${offset}`),
      }),
    );
  });

  test('an unknown group is an error, not the empty set', async () => {
    await expect(folded('@nosuch')).rejects.toMatchObject({ code: 'group-unknown' });
  });
});

describe('deliberate differences: accepted here, refused or misread by ClusterShell', () => {
  test.each([
    ['n10[8-11]', 'n[108-109,1010-1011]'],
    ['n[0-4/2]1', 'n[01,21,41]'],
  ])('%j is %j', (text, expected) => expect(String(NodeSet.parse(text))).toBe(expected));

  test('a range of any length is counted', () => {
    expect(NodeSet.parse('n[1-99999999999999999999]').size).toBe(99999999999999999999n);
  });

  test('steps are found wherever a run of enough members begins', () => {
    expect(NodeSet.parse('n[20-24/2,25-29/2]').toString({ autostep: 3 })).toBe('n[20-24/2,25-29/2]');
  });
});
