import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../model/engine-report.ts';
import { badPages, grubBadram, memmapParameters } from './bad-pages.ts';

const at = (physicalAddress: string | null): Finding => ({
  test: '',
  address: '0x0',
  addressKind: 'virtual',
  physicalAddress,
  expected: null,
  actual: null,
  xor: null,
  cpuWrote: null,
  cpuRead: null,
  kind: null,
  blame: null,
  at: null,
});

describe('bad pages', () => {
  it('are joined when they touch; findings without a physical address give none', () => {
    const ranges = badPages([at('0x2801ff8'), at('0x2800008'), at('0x2800010'), at('0x9000'), at(null)]);
    expect(ranges).toEqual([
      { start: 0x9000n, bytes: 4096n },
      { start: 0x2800000n, bytes: 8192n },
    ]);
    expect(memmapParameters(ranges)).toBe('memmap=4K$0x9000 memmap=8K$0x2800000');
    expect(grubBadram(ranges)).toBe('GRUB_BADRAM="0x9000,0xfffffffffffff000,0x2800000,0xffffffffffffe000"');
  });

  it('give no line when there are none, or more than a command line holds', () => {
    expect([memmapParameters([]), grubBadram([])]).toEqual(['', '']);
    const many = badPages(Array.from({ length: 100 }, (_, page) => at(`0x${(page * 8192).toString(16)}`)));
    expect([memmapParameters(many), grubBadram(many)]).toEqual(['', '']);
  });

  it('every bad address, and no page without one, matches a BadRAM pattern', () => {
    const pages = fc.uniqueArray(fc.bigInt({ min: 0n, max: 1n << 36n }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(pages, fc.integer({ min: 1, max: 7 }), (starts, run) => {
        const bad = starts.flatMap((page) =>
          Array.from({ length: run }, (_, i) => (page + BigInt(i)) * 4096n),
        );
        const numbers = [
          ...grubBadram(badPages(bad.map((each) => at(`0x${each.toString(16)}`)))).matchAll(/0x[0-9a-f]+/g),
        ];
        const patterns = numbers.map(([text]) => BigInt(text));
        const covered = (address: bigint): boolean =>
          patterns.some((base, i) => i % 2 === 0 && (address & (patterns[i + 1] ?? 0n)) === base);
        const outside = bad.map((each) => each + 4096n).filter((each) => !bad.includes(each));
        expect(bad.every(covered)).toBe(true);
        expect(outside.some(covered)).toBe(false);
      }),
    );
  });
});
