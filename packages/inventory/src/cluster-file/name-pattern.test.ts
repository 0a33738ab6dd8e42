import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandInOrder, foldInOrder } from './name-pattern.ts';

describe('expandInOrder', () => {
  it.each([
    ['n1', ['n1']],
    ['n[1-3]', ['n1', 'n2', 'n3']],
    ['n[08-11]', ['n08', 'n09', 'n10', 'n11']],
    ['n[3,1-2]', ['n3', 'n1', 'n2']],
    ['n[1-7/3]x', ['n1x', 'n4x', 'n7x']],
    ['r[1-2]n[1-2]', ['r1n1', 'r1n2', 'r2n1', 'r2n2']],
    ['b, a[2] ,c', ['b', 'a2', 'c']],
    ['10.1.[0-1].[254-255]', ['10.1.0.254', '10.1.0.255', '10.1.1.254', '10.1.1.255']],
    ['[1-2]', ['1', '2']],
  ])('reads %j from left to right', (text, names) => {
    expect(expandInOrder(text)).toEqual(names);
  });

  it.each([
    ['n[1-2', "missing ']' at offset 5"],
    ['n1]', "']' without '[' at offset 2"],
    ['a,,b', 'missing name at offset 2'],
    ['', 'missing name at offset 0'],
    ['n[]', "'' is no range such as 1-8 or 01-10/2 at offset 2"],
    ['n[1,x]', "'x' is no range such as 1-8 or 01-10/2 at offset 4"],
    ['n[3-1]', "'3-1' runs backwards at offset 2"],
    ['n[1-4/0]', "'1-4/0' has a step of 0 at offset 2"],
    ['n[098-0101]', "'098-0101' pads its two ends differently at offset 2"],
    ['n[1-99999999]', 'more than 1000000 names'],
    ['n[1-9999]x[1-9999]', 'more than 1000000 names'],
  ])('refuses %j', (text, message) => {
    expect(() => expandInOrder(text)).toThrow(message);
  });
});

describe('foldInOrder', () => {
  it.each([
    [['10.0.0.1', '10.0.0.2', '10.0.1.9'], '10.0.0.[1-2],10.0.1.9'],
    [['n3', 'n1', 'n2'], 'n[3,1-2]'],
    [['n9', 'n10'], 'n[9-10]'],
    [['n99', 'n100'], 'n[99-100]'],
    [['n098', 'n099', 'n100'], 'n[098-100]'],
    [['n08', 'n09', 'n10'], 'n[08-10]'],
    [['n9', 'n010'], 'n[9,010]'],
    [['head', 'n1'], 'head,n1'],
    [[], ''],
  ])('folds %j', (names, folded) => {
    expect(foldInOrder(names)).toBe(folded);
  });

  it('is undone by expandInOrder, order and padding included', () => {
    const name = fc
      .tuple(fc.constantFrom('n', 'r1n', '10.0.0.', 'a-'), fc.nat(130), fc.integer({ min: 0, max: 4 }))
      .map(([head, number, width]) => head + String(number).padStart(width, '0'));
    fc.assert(
      fc.property(fc.array(name, { minLength: 1 }), (names) => {
        expect(expandInOrder(foldInOrder(names))).toEqual(names);
      }),
    );
    fc.assert(
      fc.property(
        fc.nat(120),
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 0, max: 3 }),
        (from, count, width) => {
          const names = Array.from(
            { length: count },
            (_, index) => `n${String(from + index).padStart(width, '0')}`,
          );
          expect(expandInOrder(foldInOrder(names))).toEqual(names);
        },
      ),
    );
  });
});
