// Marker lines are cut out wherever chunks end; every other byte stays.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MarkerCutter } from './marker-cutter.ts';

const token = `heorot-${'0123456789abcdef'.repeat(2)}`;

/** Ends of the token, tails of markers that are none, and any bytes. */
const noise = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
      fc.integer({ min: 1, max: token.length - 1 }).map((length) => Buffer.from(token.slice(0, length))),
      fc
        .constantFrom(token, `${token} UPPER\n`, `${token}\n`, ` 4711\n`, 'heorot-')
        .map((text) => Buffer.from(text)),
    ),
    { maxLength: 6 },
  )
  .map((parts) => Buffer.concat(parts));
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });

describe('MarkerCutter', () => {
  it('passes on every byte but those of a marker, however the stream is cut', () => {
    fc.assert(
      fc.property(noise, noise, fc.constantFrom('\n', '\r\n'), cuts, (before, after, end, at) => {
        // The noise may not run into the marker: `TOKEN` before `TOKEN 4711` is noise of its own.
        const marker = Buffer.from(`${token} 4711${end}`);
        const { data, markers } = cut(Buffer.concat([before, marker, after]), at);
        const expected = cut(Buffer.concat([before, marker, after]), []);
        expect(data.equals(expected.data)).toBe(true);
        expect(markers).toEqual(expected.markers);
        expect(markers).toContain('4711');
      }),
    );
  });

  it('passes on everything when there is no marker', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), cuts, (bytes, at) => {
        expect(cut(Buffer.from(bytes), at).data.equals(Buffer.from(bytes))).toBe(true);
      }),
    );
  });

  it('leaves token-like text alone once it was released', () => {
    const out: Buffer[] = [];
    const cutter: MarkerCutter = new MarkerCutter(token, true, {
      data: (chunk) => out.push(chunk),
      marker: () => cutter.release(),
    });
    cutter.write(Buffer.from(`noise${token} 1\nout ${token} 2\nput`));
    expect(Buffer.concat(out).toString()).toBe(`noiseout ${token} 2\nput`);
  });
});

function cut(stream: Buffer, at: readonly number[]): { data: Buffer; markers: string[] } {
  const out: Buffer[] = [];
  const markers: string[] = [];
  const cutter = new MarkerCutter(token, true, {
    data: (chunk) => out.push(chunk),
    marker: (word) => markers.push(word),
  });
  const ends = [0, ...at.map((part) => Math.floor(part * stream.length)), stream.length].sort(
    (a, b) => a - b,
  );
  for (const [index, end] of ends.entries()) cutter.write(stream.subarray(ends[index - 1] ?? 0, end));
  cutter.release();
  return { data: Buffer.concat(out), markers };
}
