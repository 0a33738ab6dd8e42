// One input for readers of every kind: quick, slow, late, and one that stops reading.
import { Readable, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Deadlines } from './deadlines.ts';
import { StdinBroadcast } from './stdin-broadcast.ts';

const input = Buffer.alloc(2_000_000, 'a line of input\n');

describe('StdinBroadcast', () => {
  it('gives the whole input to all, though one stops reading in the middle and another comes late', async () => {
    using clock = new Deadlines();
    let late = true;
    await using broadcast = new StdinBroadcast(Readable.from(pieces(input)), {
      bufferBytes: 100_000,
      clock,
      moreReaders: () => late,
      patienceMs: 120,
      fail: (error) => {
        throw error;
      },
    });
    const quick = reader();
    const stuck = reader(300_000);
    broadcast.feed(quick.sink);
    broadcast.feed(stuck.sink);
    expect((await quick.whole).equals(input)).toBe(true);
    expect(stuck.taken()).toBeLessThan(500_000);

    const second = reader();
    broadcast.feed(second.sink);
    late = false;
    expect((await second.whole).equals(input)).toBe(true);
    stuck.readOn();
    expect((await stuck.whole).equals(input)).toBe(true);
  });

  it('is known to be empty when it has ended, not before', async () => {
    using clock = new Deadlines();
    const options = { bufferBytes: 1000, clock, moreReaders: () => true, fail: () => {} };
    await using nothing = new StdinBroadcast(Readable.from([]), options);
    await using something = new StdinBroadcast(Readable.from([Buffer.from('x')]), options);
    const before = nothing.isEmpty;
    for (const input of [nothing, something]) {
      const { sink, whole } = reader();
      input.feed(sink);
      await whole;
    }
    expect([before, nothing.isEmpty, something.isEmpty]).toEqual([false, true, false]);
  });
});

/** Takes bytes, up to `limit` until it is told to read on. */
function reader(limit = Number.POSITIVE_INFINITY) {
  const chunks: Buffer[] = [];
  let size = 0;
  let most = limit;
  let held: (() => void) | undefined;
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      size += chunk.length;
      if (size < most) setImmediate(done);
      else held = done;
    },
    final(done) {
      resolve(Buffer.concat(chunks));
      done();
    },
  });
  const readOn = () => {
    most = Number.POSITIVE_INFINITY;
    held?.();
  };
  return { sink, whole: promise, taken: () => size, readOn };
}

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 10_000) yield bytes.subarray(at, at + 10_000);
}
