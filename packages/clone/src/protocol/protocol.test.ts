import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { HeorotError } from '@heorot/inventory';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseClaim } from './claim.ts';
import { signPlan, stepLines } from './plan-document.ts';
import { parseFailure, parseMarks } from './report.ts';
import { openSealed, sealDocument } from './sealed-document.ts';
import { derOf, verifyDocument } from './signed-document.ts';
import { decodeWord, encodeWord, line, readLines } from './words.ts';

const signing = generateKeyPairSync('ed25519');
const binding = { node: 'n1', mac: '52:54:00:00:00:01', deployment: '7', nonce: 'ab'.repeat(16) };

describe('words', () => {
  it('come back as they were, and hold no blank', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((each) => !each.includes('\0'));
    fc.assert(
      fc.property(text, (each) => {
        const word = encodeWord(each);
        expect(word).toMatch(/^[\x21-\x7e]+$/);
        expect(decodeWord(word)).toBe(Buffer.from(each).toString('utf8'));
      }),
    );
  });

  it.each(['', 'a b', '%', '%zz', '%4', 'a\tb', '$(reboot)', '`x`'])('refuse %j', (word) => {
    expect(() => decodeWord(word)).toThrow(/no word/);
  });

  it('make lines', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string().filter((each) => !each.includes('\0')),
          { minLength: 1 },
        ),
        (words) => {
          expect(readLines(`${line(...words)}\n`)).toEqual([words]);
        },
      ),
    );
  });
});

describe('a plan', () => {
  const document = signPlan(
    binding,
    'deploy',
    stepLines([{ kind: 'disk', name: 'd1', serial: 'S 1', sizeBytes: 5, table: 'a' }]),
    signing.privateKey,
  );

  it('is lines for one machine, with a signature under them', () => {
    expect(verifyDocument(document, signing.publicKey)).toBe(
      `heorot-plan 1\nnode n1\nmac ${binding.mac}\ndeployment 7\nnonce ${binding.nonce}\naction deploy\ndisk d1 S%201 5 a\n`,
    );
  });

  it('is refused when one bit of it is another', () => {
    const bytes = Buffer.from(document);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        const text = changed.toString('latin1');
        // A bit that base64 does not use may change, and nothing else.
        expect(readOrRefuse(() => verifyDocument(text, signing.publicKey))).toSatisfy(
          (read) => read === verifyDocument(document, signing.publicKey) || read === 'protocol-signature',
        );
      }),
    );
  });
});

describe('secrets', () => {
  it('open for the key of this boot, and for no other', () => {
    const node = generateKeyPairSync('x25519');
    const other = generateKeyPairSync('x25519');
    const sealed = sealDocument(
      binding,
      Buffer.from('host key'),
      derOf(node.publicKey).toString('base64'),
      signing.privateKey,
    );
    const text = verifyDocument(sealed, createPublicKey(signing.privateKey));
    expect(openSealed(text, binding.nonce, node.privateKey).toString()).toBe('host key');
    expect(openSealed(text, binding.nonce, other.privateKey).toString()).not.toBe('host key');
    expect(openSealed(text, 'cd'.repeat(16), node.privateKey).toString()).not.toBe('host key');
  });
});

describe('what a node says', () => {
  it('is read whatever it is, or refused, and nothing else', () => {
    for (const read of [parseClaim, parseMarks, parseFailure])
      fc.assert(
        fc.property(fc.string(), (text) => {
          expect(readOrRefuse(() => read(text))).toBeDefined();
        }),
      );
  });

  it.each([
    ['begin image 5\nprogress image 1 2\nend image 9\n', 3],
    ['', 0],
  ])('%j is %i marks', (text, count) => {
    expect(parseMarks(text)).toHaveLength(count);
  });

  it.each(['begin nothing 5', 'begin image', 'progress image 1', 'end image 1 2'])(
    '%j is no mark',
    (text) => {
      expect(() => parseMarks(text)).toThrow(/no mark/);
    },
  );
});

/** What was read, or the code of the refusal; any other exception is a fault. */
function readOrRefuse(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof HeorotError) return error.code;
    throw error;
  }
}
