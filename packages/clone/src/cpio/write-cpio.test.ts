import { describe, expect, it } from 'vitest';
import { type CpioEntry, writeCpio } from './write-cpio.ts';

const entries: readonly CpioEntry[] = [
  { path: 'dev', type: 'directory' },
  { path: 'dev/console', type: 'character', major: 5, minor: 1 },
  { path: 'init', type: 'file', content: Buffer.from('#!/bin/sh\n'), mode: 0o755 },
];

function archive(list: readonly CpioEntry[]): Buffer {
  return Buffer.concat([...writeCpio(list)]);
}

describe('writeCpio', () => {
  it('writes the same bytes in whatever order the entries come', () => {
    expect(archive(entries.toReversed()).equals(archive(entries))).toBe(true);
  });

  it('writes newc headers at multiples of four, and whole blocks', () => {
    const bytes = archive(entries);
    expect(bytes.length % 512).toBe(0);
    expect(bytes.subarray(0, 14).toString()).toBe('07070100000001');
    const heads = [...bytes.toString('latin1').matchAll(/070701[0-9a-f]{104}/g)].map(({ index }) => index);
    expect(heads).toHaveLength(4);
    expect(heads.filter((at) => at % 4 !== 0)).toEqual([]);
  });

  it.each<[string, readonly CpioEntry[]]>([
    [
      'comes twice',
      [
        { path: 'a', type: 'directory' },
        { path: 'a', type: 'directory' },
      ],
    ],
    ['no path', [{ path: '../a', type: 'directory' }]],
    ['no path', [{ path: '/a', type: 'directory' }]],
    ['no folder', [{ path: 'a/b', type: 'directory' }]],
    ['does not fit', [{ path: 'a', type: 'block', major: -1, minor: 0 }]],
  ])('refuses what %s', (what, list) => {
    expect(() => archive(list)).toThrow(what);
  });
});
