// What a stream holds at this moment, for tests.
import type { Readable } from 'node:stream';

/** All of it: a single read() gives one piece from Node 26 on. */
export function allOf(stream: Readable): string {
  const pieces: string[] = [];
  for (let piece: unknown = stream.read(); piece !== null; piece = stream.read()) pieces.push(String(piece));
  return pieces.join('');
}
