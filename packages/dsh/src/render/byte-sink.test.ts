import { Writable } from 'node:stream';
import { expect, it, vi } from 'vitest';
import { createSinks } from './byte-sink.ts';

it('flushes what a stream takes its time for, although it never asked to wait', async () => {
  const taken: string[] = [];
  const slow = () =>
    new Writable({
      highWaterMark: 1_000_000,
      write(chunk: Buffer, _encoding, done) {
        setTimeout(() => {
          taken.push(chunk.toString());
          done();
        }, 20);
      },
    });
  const { stdout } = createSinks({ stdout: slow(), stderr: slow() });
  stdout.write('an answer\n');
  await stdout.flush();
  expect(taken.join('')).toBe('an answer\n');
});

it('flushes nothing to a reader that is gone', async () => {
  const gone = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
  const { stdout } = createSinks({ stdout: gone, stderr: gone });
  stdout.write('an answer\n');
  await stdout.flush();
  await vi.waitUntil(() => stdout.gone);
  stdout.write('more\n');
  await stdout.flush();
  expect(gone.writableLength).toBe(0);
});
