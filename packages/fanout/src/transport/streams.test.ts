import { PassThrough, Readable, Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { inputOf, outputOf } from './streams.ts';

test('an output hands over every byte and is delivered when its reader has had the last', async () => {
  const output = outputOf(Readable.from([Buffer.from('one '), Buffer.from('two')]));
  expect(Buffer.concat(await output.stream.toArray()).toString()).toBe('one two');
  await output.delivered;
});

test('an output stops its source while nobody reads, and lets it go on afterwards', async () => {
  let given = 0;
  const source = new Readable({
    highWaterMark: 1024,
    read() {
      given += 1024;
      this.push(given > 1024 * 1024 ? null : Buffer.alloc(1024));
    },
  });
  const output = outputOf(source);
  await new Promise((resolve) => setImmediate(resolve));
  expect(given).toBeLessThan(256 * 1024);
  expect(Buffer.concat(await output.stream.toArray()).length).toBe(1024 * 1024);
});

test('an empty output is delivered although nobody reads it', async () => {
  const source = new PassThrough();
  const output = outputOf(source);
  source.end();
  await output.delivered;
  expect(output.stream.readableEnded).toBe(true);
});

test('a destroyed output keeps its source flowing to the end', async () => {
  const source = new PassThrough();
  const output = outputOf(source);
  output.stream.destroy();
  await output.delivered;
  for (let chunk = 0; chunk < 100; chunk++) source.write(Buffer.alloc(64 * 1024));
  source.end();
  await new Promise((resolve) => source.once('end', resolve));
  expect(source.readableLength).toBe(0);
});

test('an output whose source fails ends there', async () => {
  const source = new PassThrough();
  const output = outputOf(source);
  source.destroy(new Error('reset'));
  expect(await output.stream.toArray()).toEqual([]);
  await output.delivered;
});

test('an input passes everything on, and its end', async () => {
  const sink = new PassThrough();
  const input = inputOf(sink);
  input.stream.write('one ');
  input.stream.end('two');
  expect(Buffer.concat(await sink.toArray()).toString()).toBe('one two');
});

test('an input whose sink stopped taking closes without an error, and lets its writer go on', async () => {
  const stuck = new Writable({ highWaterMark: 1, write() {} });
  const input = inputOf(stuck);
  const errors: unknown[] = [];
  input.stream.on('error', (error) => errors.push(error));
  const written = new Promise((resolve) => input.stream.write(Buffer.alloc(1 << 20), resolve));
  const closed = new Promise((resolve) => input.stream.once('close', resolve));
  input.cut();
  await Promise.all([written, closed]);
  expect(errors).toEqual([]);
});

test('an input that its writer destroys ends the sink: the command sees an end of file', async () => {
  const sink = new PassThrough();
  const input = inputOf(sink);
  input.stream.write('some');
  input.stream.destroy();
  expect(Buffer.concat(await sink.toArray()).toString()).toBe('some');
});
