// Lines for a boot loader that keep Linux away from bad memory until the DIMM is replaced: GRUB_BADRAM (address and mask, as
// memtest86+ gives them) and the kernel's memmap=SIZE$START (Documentation/admin-guide/kernel-parameters.txt).
import type { Finding } from '../model/engine-report.ts';
import { hex } from '../model/hex.ts';

const PAGE = 4096n;
const ADDRESS_BITS = (1n << 64n) - 1n;
/** More patterns than this fit on no command line: the DIMM is to be replaced. */
const MOST_RANGES = 64;

/** A run of pages, `start` and `bytes` multiples of 4096. */
export interface PageRange {
  readonly start: bigint;
  readonly bytes: bigint;
}

/** Pages with a finding at a known physical address, adjacent ones joined, in order. */
export function badPages(findings: readonly Finding[]): readonly PageRange[] {
  const pages = findings.flatMap(({ physicalAddress }) =>
    physicalAddress === null ? [] : [(BigInt(physicalAddress) / PAGE) * PAGE],
  );
  const sorted = [...new Set(pages)].toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const ranges: PageRange[] = [];
  for (const start of sorted) {
    const last = ranges.at(-1);
    if (last !== undefined && last.start + last.bytes === start) {
      ranges[ranges.length - 1] = { start: last.start, bytes: last.bytes + PAGE };
    } else {
      ranges.push({ start, bytes: PAGE });
    }
  }
  return ranges;
}

/**
 * Kernel parameters; in /etc/default/grub the `$` is written `\\\$`. Empty when there are no ranges, or too many for a command line.
 *
 * @example memmapParameters([{ start: 0x2800000n, bytes: 4096n }]) // 'memmap=4K$0x2800000'
 */
export function memmapParameters(ranges: readonly PageRange[]): string {
  if (ranges.length > MOST_RANGES) return '';
  return ranges.map(({ start, bytes }) => `memmap=${bytes / 1024n}K$${hex(start)}`).join(' ');
}

/** `GRUB_BADRAM="0x2800000,0xfffffffffffff000"`: each range as blocks whose size is a power of two and divides their address. */
export function grubBadram(ranges: readonly PageRange[]): string {
  const patterns = ranges
    .flatMap(alignedBlocks)
    .map(({ start, bytes }) => `${hex(start)},${hex(ADDRESS_BITS - bytes + 1n)}`);
  return patterns.length === 0 || patterns.length > MOST_RANGES ? '' : `GRUB_BADRAM="${patterns.join(',')}"`;
}

function alignedBlocks({ start, bytes }: PageRange): readonly PageRange[] {
  const blocks: PageRange[] = [];
  let [at, left] = [start, bytes];
  while (left > 0n) {
    let size = PAGE;
    while (size * 2n <= left && at % (size * 2n) === 0n) size *= 2n;
    blocks.push({ start: at, bytes: size });
    at += size;
    left -= size;
  }
  return blocks;
}
