import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatHashedName, HashedNames, parseHashedName } from './hashed-names.ts';

const salt = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => Buffer.from(bytes));

describe('hashed names', () => {
  test('finds every place of a name, whatever the salts and wherever they stand', () => {
    const name = fc.string({ unit: 'grapheme', maxLength: 70 });
    fc.assert(
      fc.property(fc.array(fc.tuple(name, salt), { maxLength: 30 }), name, (entries, stranger) => {
        const index = new HashedNames(entries.map(([text, key]) => hash(text, key)));
        for (const wanted of [stranger, ...entries.map(([text]) => text)]) {
          expect(index.find(wanted)).toEqual(entries.flatMap(([text], at) => (text === wanted ? [at] : [])));
        }
      }),
      { numRuns: 200 },
    );
  });

  test('a digest that differs in any one bit is not the name', () => {
    fc.assert(
      fc.property(salt, fc.nat(159), (key, bit) => {
        const right = hash('n1', key);
        const digest = Buffer.from(right.digest);
        digest[bit >> 3] = (digest[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(new HashedNames([{ salt: key, digest }]).find('n1')).toEqual([]);
      }),
    );
  });

  test('finds one among thousands', () => {
    const names = Array.from({ length: 5003 }, (_, at) => hash(`n${at}`, Buffer.alloc(20, at)));
    const index = new HashedNames(names);
    expect([0, 1, 2498, 5002].map((at) => index.find(`n${at}`))).toEqual([[0], [1], [2498], [5002]]);
    expect(index.find('n5003')).toEqual([]);
  });

  test('printing and parsing a name is the identity', () => {
    fc.assert(
      fc.property(fc.string(), salt, (name, key) => {
        expect(parseHashedName(formatHashedName(name, key))).toEqual(hash(name, key));
      }),
    );
  });

  test.each([
    '',
    '|1|',
    '|2|AAAA|AAAA',
    '|1|c2hvcnQ=|c2hvcnQ=',
    `${formatHashedName('n', Buffer.alloc(20))}|x`,
  ])('refuses %j', (text) => {
    expect(parseHashedName(text)).toBeUndefined();
  });

  // ssh-keygen -H of OpenSSH 9.2 wrote it.
  test('knows a name that OpenSSH hashed', () => {
    const name = parseHashedName('|1|WRyLOjzXxIYKoNZ43cVzuf9E4to=|+3JqFBng/qid/sl+Tc/M8woZ8ac=');
    expect(name === undefined ? undefined : new HashedNames([name]).find('node001.example')).toEqual([0]);
  });
});

function hash(name: string, key: Buffer): { readonly salt: Buffer; readonly digest: Buffer } {
  return { salt: key, digest: createHmac('sha1', key).update(name).digest() };
}
