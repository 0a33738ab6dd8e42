// What a stream holds at this moment, for tests.
import type { Readable } from 'node:stream';

/** All of it, as text: a single read() gives one piece from Node 26 on. */
export function allOf(stream: Readable): string {
  stream.setEncoding('utf8');
  let all = '';
  for (;;) {
    const piece: unknown = stream.read();
    if (typeof piece !== 'string') return all;
    all += piece;
  }
}
