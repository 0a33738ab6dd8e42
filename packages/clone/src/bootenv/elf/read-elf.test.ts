import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { elfWithSections } from '../testing/elf-file.ts';
import { readElf, readModuleInfo } from './read-elf.ts';

describe('readElf', () => {
  it('names the libraries and the loader of a real program', () => {
    const elf = readElf(readFileSync(process.execPath));
    expect(elf?.needed).toContain('libc.so.6');
    expect(elf?.interpreter).toMatch(/^\/lib.*\/ld-linux/);
  });

  it.each([
    ['a script', Buffer.from('#!/bin/sh\n'.repeat(20))],
    ['nothing', Buffer.alloc(0)],
    ['32 bits', Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, 1, 1]), Buffer.alloc(100)])],
  ])('knows that %s is none', (_what, bytes) => {
    expect(readElf(bytes)).toBeUndefined();
  });
});

describe('readModuleInfo', () => {
  it('gives what a module says of itself, in order', () => {
    const info = Buffer.from('license=GPL\0alias=pci:v1\0alias=fs-x=y\0depends=a,b\0');
    expect(readModuleInfo(elfWithSections({ '.text': Buffer.alloc(5), '.modinfo': info }))).toEqual([
      ['license', 'GPL'],
      ['alias', 'pci:v1'],
      ['alias', 'fs-x=y'],
      ['depends', 'a,b'],
    ]);
  });

  it('gives nothing for what is no module', () => {
    expect(readModuleInfo(Buffer.from('text'))).toEqual([]);
    expect(readModuleInfo(elfWithSections({ '.text': Buffer.alloc(5) }))).toEqual([]);
  });
});
