// The words of the node's shell against those of the head.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeWord, encodeWord } from '../../src/protocol/words.ts';

const library = join(import.meta.dirname, '../../node/lib/heorot/words.sh');

function inShell(script: string, operands: readonly string[]): Buffer {
  return execFileSync('busybox', [
    'sh',
    '-c',
    `. ${library}; for each; do ${script}; done`,
    'sh',
    ...operands,
  ]);
}

const text = fc
  .string({ unit: 'grapheme', maxLength: 20 })
  .filter((each) => !each.includes('\0') && Buffer.from(each).toString() === each);
const texts = fc.array(fc.oneof(text, fc.constantFrom('', '-', '%2d', 'a b', '\\n', '\\x41', "'", '--')), {
  minLength: 5,
  maxLength: 30,
});

describe('the words of the node', () => {
  it('that it writes are read by the head', () => {
    fc.assert(
      fc.property(texts, (list) => {
        const words = inShell('encode "$each"; echo', list).toString().split('\n').slice(0, -1);
        expect(words.map(decodeWord)).toEqual(list);
      }),
      { numRuns: 15 },
    );
  });

  it('that the head writes are read by it, byte for byte', () => {
    fc.assert(
      fc.property(texts, (list) => {
        const said = inShell('decode "$each"; printf "\\\\000"', list.map(encodeWord)).toString();
        expect(said.split('\0').slice(0, -1)).toEqual(list);
      }),
      { numRuns: 15 },
    );
  });
});
