// Archives as they come: packed by gzip or zstd, or not at all; told by their first bytes.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { HeorotError } from '@heorot/inventory';

/** @throws HeorotError `tar` for packings that are not read here */
export async function* unpacked(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = bytes[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done === true) return;
  const rest = again(first.value, chunks);
  const magic = Buffer.from(first.value.subarray(0, 6)).toString('hex');
  const other = [
    ['fd377a585a00', 'xz'],
    ['425a68', 'bzip2'],
  ].find(([start = '']) => magic.startsWith(start))?.[1];
  if (other !== undefined)
    throw new HeorotError('tar', `the archive is packed by ${other}`, {
      hint: `unpack it on the way: ${other} -dc FILE | clone image import - --name base`,
    });
  if (magic.startsWith('1f8b')) yield* through(rest, createGunzip());
  else if (magic.startsWith('28b52ffd')) yield* through(rest, createZstdDecompress());
  else yield* rest;
}

async function* through(
  bytes: AsyncIterable<Uint8Array>,
  stream: ReturnType<typeof createGunzip> | ReturnType<typeof createZstdDecompress>,
): AsyncGenerator<Uint8Array> {
  const done = pipeline(Readable.from(bytes), stream);
  done.catch(() => undefined);
  for await (const chunk of stream) if (chunk instanceof Uint8Array) yield chunk;
  await done;
}

async function* again(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}
