import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RangeSet } from '../range-set/range-set.ts';
import { NodeSet } from './node-set.ts';

const index = fc
  .tuple(fc.integer({ min: 0, max: 12 }), fc.constantFrom(0, 0, 2, 17))
  .map(([value, width]) => String(value).padStart(width, '0'));
const name = fc.oneof(
  fc.constantFrom('login', 'n', 'x-y.z'),
  index.map((i) => `n${i}`),
  index,
  fc.tuple(index, index).map(([a, b]) => `n${a}-ib${b}`),
  fc.tuple(index, index, index).map(([a, b, c]) => `r${a}n${b}s${c}x`),
);
const names = fc.array(name, { maxLength: 60 });
const sets = names.map((list) => NodeSet.from(list));

describe('for any names', () => {
  test('the set has those names and no others, each once', () => {
    fc.assert(
      fc.property(names, names, (members, others) => {
        const set = NodeSet.from(members);
        expect(new Set(set)).toEqual(new Set(members));
        expect(set.size).toBe(BigInt(new Set(members).size));
        expect([...set]).toHaveLength(Number(set.size));
        for (const other of others) expect(set.has(other)).toBe(members.includes(other));
      }),
    );
  });

  test('the folded text, however folded, reads back as an equal set', () => {
    const autostep = fc.constantFrom(undefined, 2, 3, 'auto' as const, '50%' as const);
    const axis = fc.option(fc.subarray([1, 2, 3, -1]), { nil: undefined });
    fc.assert(
      fc.property(sets, autostep, axis, (set, autostep, axis) => {
        const back = NodeSet.parse(set.toString({ autostep, axis }));
        expect(back.equals(set)).toBe(true);
        expect(String(back)).toBe(String(set));
      }),
    );
  });

  test('the folded text is the same in whatever order the names come', () => {
    fc.assert(
      fc.property(
        fc
          .array(name)
          .chain((list) =>
            fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
          ),
        ([a, b]) => {
          expect(String(NodeSet.from(a))).toBe(String(NodeSet.from(b)));
          expect(NodeSet.parse(b.join()).equals(NodeSet.from(a))).toBe(true);
        },
      ),
    );
  });

  test('the operations are those of sets of names', () => {
    fc.assert(
      fc.property(names, names, (a, b) => {
        const [left, right, setA, setB] = [NodeSet.from(a), NodeSet.from(b), new Set(a), new Set(b)];
        expect(new Set(left.union(right))).toEqual(setA.union(setB));
        expect(new Set(left.difference(right))).toEqual(setA.difference(setB));
        expect(new Set(left.intersection(right))).toEqual(setA.intersection(setB));
        expect(new Set(left.symmetricDifference(right))).toEqual(setA.symmetricDifference(setB));
        expect(left.isSubsetOf(right)).toBe(setA.isSubsetOf(setB));
        expect(left.isSupersetOf(right)).toBe(setA.isSupersetOf(setB));
        expect(left.isDisjointFrom(right)).toBe(setA.isDisjointFrom(setB));
      }),
    );
  });

  test('the algebra of sets holds, and equal sets have one form', () => {
    fc.assert(
      fc.property(sets, sets, sets, (a, b, c) => {
        const same = (x: NodeSet, y: NodeSet) => expect([x.equals(y), String(x)]).toEqual([true, String(y)]);
        same(a.union(b), b.union(a));
        same(a.union(b).union(c), NodeSet.union([a, b, c]));
        same(a.intersection(b.union(c)), a.intersection(b).union(a.intersection(c)));
        same(a.difference(b.union(c)), a.difference(b).difference(c));
        same(a.symmetricDifference(b), a.union(b).difference(a.intersection(b)));
        same(a.symmetricDifference(b).symmetricDifference(b), a);
        same(a.difference(a), NodeSet.empty);
      }),
    );
  });

  test('slices, positions and parts are those of the list of names', () => {
    fc.assert(
      fc.property(sets, fc.nat(70), fc.nat(70), fc.integer({ min: 1, max: 9 }), (set, start, end, count) => {
        const list = [...set];
        expect(Array.from(set.slice(start, end))).toEqual(list.slice(start, end));
        expect(set.at(start)).toBe(list[start]);
        expect([...set.pickPositions(RangeSet.from([`${start}`, `${end}`]))]).toEqual(
          list.filter((_, i) => i === start || i === end),
        );
        const parts = set.split(count);
        expect(parts.flatMap((part) => [...part])).toEqual(list);
        expect(parts).toHaveLength(Math.min(count, list.length));
        const sizes = parts.map((part) => Number(part.size));
        expect(Math.max(0, ...sizes) - Math.min(...sizes, Math.max(0, ...sizes))).toBeLessThanOrEqual(1);
        expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
        expect(NodeSet.union(set.contiguous()).equals(set)).toBe(true);
        expect(set.contiguous().map((part) => /,/.test(String(part)))).not.toContain(true);
      }),
    );
  });

  test('picking draws so many different members', () => {
    fc.assert(
      fc.property(
        sets,
        fc.nat(70),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        (set, count, stream) => {
          const picked = set.pick(count, () => stream.next().value);
          expect(picked.isSubsetOf(set)).toBe(true);
          expect(picked.size).toBe(set.size < BigInt(count) ? set.size : BigInt(count));
        },
      ),
    );
  });
});

test('iteration goes by prefix in code order, then by the width and value of each index', () => {
  expect([...NodeSet.parse('n[1,10,2,01],n,m3,n1-ib[0-1],n-a')].join(' ')).toBe(
    'm3 n n1 n2 n01 n10 n1-ib0 n1-ib1 n-a',
  );
});

test('sets that cannot be enumerated are counted, united, cut and asked', () => {
  const hall = NodeSet.parse('r[1-1000000]n[1-1000000]c[1-1000000],x[1-99999999999999999999]');
  const down = NodeSet.parse('r[5-10]n7c[1-1000000],x9007199254740993');
  const up = hall.difference(down);
  expect(hall.size).toBe(10n ** 18n + 10n ** 20n - 1n);
  expect(hall.size - up.size).toBe(6_000_001n);
  expect(String(up)).toBe(
    'r[1-1000000]n[1-6,8-1000000]c[1-1000000],r[1-4,11-1000000]n7c[1-1000000],' +
      'x[1-9007199254740992,9007199254740994-99999999999999999999]',
  );
  expect(up.union(down).equals(hall)).toBe(true);
  expect([up.has('r5n7c1'), up.has('r5n8c1'), up.has('x9007199254740993')]).toEqual([false, true, false]);
  expect(hall.at(10n ** 18n - 1n)).toBe('r1000000n1000000c1000000');
  expect(hall.split(3)).toHaveLength(3);
});

test('several dimensions fold to the shortest of several ways', () => {
  expect(String(NodeSet.parse('n1a[1-3],n[2-3]a1'))).toBe('n1a[1-3],n[2-3]a1');
  expect(String(NodeSet.parse('n[1-4]a[1-4]!n[2-3]a[2-3]'))).toBe('n[1,4]a[1-4],n[2-3]a[1,4]');
  expect(String(NodeSet.parse('a[1-3]b1c1,a1b[1-3]c1,a1b1c[1-3]'))).toBe('a1b1c[1-3],a1b[2-3]c1,a[2-3]b1c1');
  expect(String(NodeSet.parse('x1000c[0-7]s[0-15]b[0-1]n[0-3]!x1000c7s15b1n3'))).toBe(
    'x1000c[0-6]s[0-15]b[0-1]n[0-3],x1000c7s[0-14]b[0-1]n[0-3],x1000c7s15b0n[0-3],x1000c7s15b1n[0-2]',
  );
});

describe('plain names only', () => {
  test.each(['a b', 'n[1-2]', '-oProxyCommand=x', 'n1,n2', '', '$(id)', '10.0.0.256', `n${'1'.repeat(255)}`])(
    'NodeSet.from refuses %j',
    (name) => {
      expect(() => NodeSet.from(['n1', 'n2', '10.0.0.1', name])).toThrow(
        expect.objectContaining({ code: 'host-name-invalid' }),
      );
    },
  );

  test('an expression with groups or wildcards needs an inventory', () => {
    expect(() => NodeSet.parse('n1,@compute')).toThrow(
      "node set 'n1,@compute': a group cannot stand here at offset 3",
    );
    expect(() => NodeSet.parse('n*')).toThrow("node set 'n*': a wildcard cannot stand here at offset 0");
  });
});
