import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RangeSet } from './range-set.ts';

const fold = (text: string, stepFrom?: number) =>
  RangeSet.parse(text).toString(stepFrom === undefined ? {} : { stepFrom });

describe('a range set reads and writes ranges', () => {
  test.each([
    ['', ''],
    ['5', '5'],
    ['1,2,3,5', '1-3,5'],
    ['5,1,3-4', '1,3-5'],
    [' 1-3 , 7 ', '1-3,7'],
    ['1-10/3', '1,4,7,10'],
    ['0-10', '0-10'],
    ['98-101', '98-101'],
    ['098-101', '098-101'],
    ['3,01,02', '3,01-02'],
    ['1-10,01-10', '1-9,01-10'],
    ['1-100,01-09', '1-9,01-99,100'],
    ['9,09-11', '9,09-11'],
    ['00-05,000-010', '00-05,000-010'],
    ['1-20/5', '1,6,11,16'],
    ['01-20/5', '01,06,11,16'],
    ['1-3/1', '1-3'],
  ])('%j is %j', (text, folded) => expect(fold(text)).toBe(folded));

  test.each([
    ['1,3,5,7', 3, '1-7/2'],
    ['1,3,5,7', 5, '1,3,5,7'],
    ['1,3,5,8', 3, '1-5/2,8'],
    ['1,3', 2, '1-3/2'],
    ['1,3,5,8,11,14', 4, '1,3,5-14/3'],
    ['1,3,4,6,8,10', 3, '1,3-4,6-10/2'],
    ['0,5,10,11,12,13', 3, '0-10/5,11-13'],
    ['8,10,12', 3, '8-12/2'],
    ['08,10,12', 3, '08-12/2'],
    ['98,100,102', 3, '98-102/2'],
    ['8,08,10,12', 3, '8,08-12/2'],
    ['00,02,04,006,008,010', 3, '00-04/2,006-010/2'],
  ])('%j with steps from %d members is %j', (text, stepFrom, folded) =>
    expect(fold(text, stepFrom)).toBe(folded),
  );

  test.each([
    ['-1', "negative index '-1' at offset 0"],
    ['1,-3', "negative index '-3' at offset 2"],
    ['1,,2', 'empty range at offset 2'],
    ['1,', 'empty range at offset 2'],
    ['a-c', "'a-c' is not a range of whole numbers at offset 0"],
    ['1-', "'1-' is not a range of whole numbers at offset 2"],
    ['1-2-3', "'1-2-3' is not a range of whole numbers at offset 3"],
    ['+1', "'+1' is not a range of whole numbers at offset 0"],
    ['1_0', "'1_0' is not a range of whole numbers at offset 1"],
    ['１', "'１' is not a range of whole numbers at offset 0"],
    ['3-1', "'3-1' runs backwards at offset 0"],
    ['1-5/0', "step 0 in '1-5/0' at offset 0"],
    ['5/2', 'a step without a range at offset 1'],
    ['98-0101', "'98-0101' pads its ends differently at offset 0"],
    ['01-100', "'01-100' pads its ends differently at offset 0"],
    ['1-100000000/3', 'range too large at offset 0'],
  ])('%j is refused: %s', (text, problem) => {
    expect(() => RangeSet.parse(text)).toThrow(
      expect.objectContaining({ code: 'range-set-syntax', message: `ranges '${text}': ${problem}` }),
    );
  });
});

test('an index is its text: its width counts, and 10 is in 1-10 and in 01-10', () => {
  const padded = RangeSet.parse('01-10');
  expect(['1', '01', '001', '10', '010', 'x', ''].filter((index) => padded.has(index))).toEqual(['01', '10']);
  expect([...RangeSet.parse('1,01,001')]).toEqual(['1', '01', '001']);
  expect(String(RangeSet.parse('1-10').intersection(padded))).toBe('10');
});

test('indices of any length are exact, and no range is enumerated', () => {
  const all = RangeSet.parse('1-100000000000000000000000');
  expect(all.size).toBe(10n ** 23n);
  const without = all.difference(RangeSet.parse('9007199254740993,99999999999999999999'));
  expect(String(without)).toBe(
    '1-9007199254740992,9007199254740994-99999999999999999998,100000000000000000000-100000000000000000000000',
  );
  expect(without.has('9007199254740992')).toBe(true);
  expect(without.has('9007199254740993')).toBe(false);
  expect(Array.from(without.slice(9007199254740990n, 9007199254740993n))).toEqual([
    '9007199254740991',
    '9007199254740992',
    '9007199254740994',
  ]);
});

test('contiguous parts are what is written with one range each', () => {
  expect(RangeSet.parse('1-3,5,08-12').contiguous().map(String)).toEqual(['1-3', '5', '08-12']);
});

test('digits beside a bracket become part of the indices', () => {
  expect(String(RangeSet.parse('1-12').withPrefix('10'))).toBe('101-109,1010-1012');
  expect(String(RangeSet.parse('1-2,01').withSuffix('0'))).toBe('10,20,010');
});

const index = fc
  .tuple(fc.integer({ min: 0, max: 130 }), fc.constantFrom(0, 2, 3, 17))
  .map(([value, width]) => String(value).padStart(width, '0'));
const indices = fc.array(index, { maxLength: 40 });

describe('for any sets of indices', () => {
  test('writing and reading back gives the same set, with steps or without', () => {
    fc.assert(
      fc.property(indices, fc.integer({ min: 2, max: 6 }), (members, stepFrom) => {
        const set = RangeSet.from(members);
        expect(new Set(set)).toEqual(new Set(members));
        expect([...RangeSet.parse(set.toString())]).toEqual([...set]);
        expect([...RangeSet.parse(set.toString({ stepFrom }))]).toEqual([...set]);
      }),
    );
  });

  test('iteration goes by width, then value', () => {
    fc.assert(
      fc.property(indices, (members) => {
        const sorted = [...new Set(members)].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
        expect([...RangeSet.from(members)]).toEqual(sorted);
      }),
    );
  });

  test('the operations are those of sets of texts', () => {
    fc.assert(
      fc.property(indices, indices, (a, b) => {
        const [left, right, setA, setB] = [RangeSet.from(a), RangeSet.from(b), new Set(a), new Set(b)];
        expect(new Set(left.union(right))).toEqual(setA.union(setB));
        expect(new Set(left.difference(right))).toEqual(setA.difference(setB));
        expect(new Set(left.intersection(right))).toEqual(setA.intersection(setB));
        expect(new Set(left.symmetricDifference(right))).toEqual(setA.symmetricDifference(setB));
        expect(left.size).toBe(BigInt(setA.size));
        expect(left.equals(right)).toBe(setA.symmetricDifference(setB).size === 0);
      }),
    );
  });

  test('a slice is that of the list of members', () => {
    fc.assert(
      fc.property(indices, fc.nat(45), fc.nat(45), (members, start, end) => {
        const set = RangeSet.from(members);
        expect(Array.from(set.slice(BigInt(start), BigInt(end)))).toEqual([...set].slice(start, end));
      }),
    );
  });
});
