// The chunks of a layer with their hashes: a node checks each before a byte of it is unpacked, whoever sent it, and asks the head
// for those that are bad or missing. The list is signed by way of the plan, which names its hash.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { HeorotError } from '@heorot/inventory';

export interface ChunkList {
  readonly sizeBytes: number;
  readonly chunkBytes: number;
  /** In order; the last chunk may be shorter. */
  readonly sha256: readonly string[];
}

/** SHA-1 of the pieces of a torrent (BEP 3), 20 bytes each. Only for finding peers' errors early: chunks are what is trusted. */
export interface Pieces {
  readonly pieceBytes: number;
  readonly sha1: Buffer;
}

export const CHUNK_BYTES = 4 * 2 ** 20;
/** Given on as soon as it is whole: with 1 MiB the last of eight nodes had all half a second later, and more. */
export const PIECE_BYTES = 2 ** 18;

/** Reads the file once, for both lists. @throws HeorotError `image-damaged` when the whole has another digest */
export async function listChunks(
  path: string,
  digest: string,
  signal?: AbortSignal,
): Promise<{ readonly chunks: ChunkList; readonly pieces: Pieces }> {
  const whole = createHash('sha256');
  const sha256: string[] = [];
  const sha1: Buffer[] = [];
  let sizeBytes = 0;
  const read: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark: CHUNK_BYTES, signal });
  // A regular file gives whole chunks until its end.
  for await (const chunk of read) {
    whole.update(chunk);
    sizeBytes += chunk.byteLength;
    sha256.push(createHash('sha256').update(chunk).digest('hex'));
    for (let at = 0; at < chunk.byteLength; at += PIECE_BYTES)
      sha1.push(
        createHash('sha1')
          .update(chunk.subarray(at, at + PIECE_BYTES))
          .digest(),
      );
  }
  if (`sha256:${whole.digest('hex')}` !== digest)
    throw new HeorotError(
      'image-damaged',
      `blob ${digest.slice(0, 19)} is damaged: its bytes have another digest`,
      {
        hint: 'capture the image again, or fetch it again from where it came',
      },
    );
  return {
    chunks: { sizeBytes, chunkBytes: CHUNK_BYTES, sha256 },
    pieces: { pieceBytes: PIECE_BYTES, sha1: Buffer.concat(sha1) },
  };
}

/** As nodes read it, line by line. */
export function printChunkList({ sizeBytes, chunkBytes, sha256 }: ChunkList): string {
  return [`heorot-chunks 1 ${chunkBytes} ${sizeBytes}`, ...sha256, ''].join('\n');
}
