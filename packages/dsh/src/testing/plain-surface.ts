// A surface in memory without colours, for the tests of renderers.
import { Writable } from 'node:stream';
import { plainTheme } from '@heorot/cli';
import { createSinks, type SinkOptions } from '../render/byte-sink.ts';
import type { Surface } from '../render/renderer.ts';

export interface PlainSurface extends Surface {
  /** What has been written so far. */
  readonly written: { readonly stdout: () => Buffer; readonly stderr: () => Buffer };
}

/** Node names are not folded but listed, in the order given. */
export function plainSurface(options: SinkOptions = {}): PlainSurface {
  const stdout = collector();
  const stderr = collector();
  const sinks = createSinks(
    { stdout: stdout.stream, stderr: stderr.stream },
    { stdout: options, stderr: options },
  );
  return {
    ...sinks,
    theme: { stdout: plainTheme, stderr: plainTheme },
    fold: (nodes) => nodes.join(),
    written: { stdout: stdout.bytes, stderr: stderr.bytes },
  };
}

function collector(): { stream: Writable; bytes: () => Buffer } {
  const pieces: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      pieces.push(chunk);
      done();
    },
  });
  return { stream, bytes: () => Buffer.concat(pieces) };
}
