import { PassThrough, Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { allOf } from '../testing/all-of.ts';
import { flush, writeAll } from './write-all.ts';
import { writeJson, writeNdjson } from './write-json.ts';

/** Takes one chunk at a time, when told to. */
function slowReader() {
  const taken: string[] = [];
  let release: (() => void) | undefined;
  const stream = new Writable({
    highWaterMark: 4,
    write: (chunk: Buffer, _encoding, done) => {
      taken.push(chunk.toString());
      release = done;
    },
  });
  return { stream, taken, take: () => release?.() };
}

it('returns at once while the stream has room', async () => {
  const { stream, taken } = slowReader();
  await writeAll(stream, 'abc');
  expect(taken).toEqual(['abc']);
});

it('waits while the reader is slow', async () => {
  const { stream, take } = slowReader();
  let written = false;
  const writing = (async () => {
    await writeAll(stream, 'more than four');
    written = true;
  })();
  await new Promise((resolve) => setImmediate(resolve));
  expect(written).toBe(false);
  take();
  await writing;
  expect(written).toBe(true);
});

it('fails with the reason when the reader goes away while it waits', async () => {
  const { stream } = slowReader();
  stream.on('error', () => {});
  const writing = writeAll(stream, 'more than four');
  stream.destroy(Object.assign(new Error('broken pipe'), { code: 'EPIPE' }));
  await expect(writing).rejects.toThrow('broken pipe');
  await expect(writeAll(stream, 'x')).rejects.toThrow('broken pipe');
});

it('leaves no listeners behind', async () => {
  const { stream, take } = slowReader();
  for (let round = 0; round < 20; round++) {
    const writing = writeAll(stream, 'more than four');
    take();
    await writing;
  }
  expect(stream.listenerCount('drain') + stream.listenerCount('error') + stream.listenerCount('close')).toBe(
    0,
  );
});

it('flushes what is under way, and nothing on a closed stream', async () => {
  const stream = new PassThrough();
  stream.write('x');
  stream.resume();
  await flush(stream);
  stream.destroy();
  await flush(stream);
  expect(stream.writableLength).toBe(0);
});

it('writes JSON with a final newline, large counts included', async () => {
  const stream = new PassThrough();
  await writeNdjson(stream, { nodes: 3n, more: 12345678901234567890n });
  await writeJson(stream, { ok: true });
  expect(allOf(stream)).toBe('{"nodes":3,"more":"12345678901234567890"}\n{\n  "ok": true\n}\n');
});
