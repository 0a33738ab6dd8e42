import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { snappyBlock } from './snappy.ts';
import { readSnappy } from './testing/read-snappy.fixture.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('a block of snappy', () => {
  it.each([
    ['nothing', '', [0]],
    ['a literal', 'abc', [3, 2 << 2, 97, 98, 99]],
    // One literal, then a copy of 16 from 1 before.
    ['a run', 'a'.repeat(17), [17, 0, 97, (15 << 2) | 2, 1, 0]],
  ])('of %s has the bytes of the description', (_, text, expected) => {
    expect([...snappyBlock(bytes(text))]).toEqual(expected);
  });

  it('reads back as what it was, whatever it was', () => {
    const repetitive = fc
      .array(fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 50 })), { maxLength: 20 })
      .map((parts) =>
        Uint8Array.from(
          parts.flatMap(([piece, times]) => Array.from({ length: times }, () => [...piece]).flat()),
        ),
      );
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 2000 }), repetitive), (input) => {
        expect(Buffer.from(readSnappy(snappyBlock(input))).equals(input)).toBe(true);
      }),
    );
  });

  it('long literals, and matches farther away than an offset reaches', () => {
    const noise = Uint8Array.from({ length: 200_000 }, (_, at) => Math.imul(at, 2_654_435_761) >>> 24);
    const input = Uint8Array.from([...noise, ...noise]);
    expect(Buffer.from(readSnappy(snappyBlock(input))).equals(input)).toBe(true);
  });

  it('of labels is a fraction of them', () => {
    const text = Array.from(
      { length: 1000 },
      (_, at) => `netmon_interface_receive_bytes_total{node="n${at}"}`,
    ).join('');
    expect(snappyBlock(bytes(text)).length).toBeLessThan(text.length / 4);
  });
});
