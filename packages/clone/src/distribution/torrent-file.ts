// A torrent file (BEP 3) for one layer. It names no tracker: the node is told by its signed plan where its head is.
import { createHash } from 'node:crypto';
import { bencode } from './bencode.ts';
import type { Pieces } from './chunk-list.ts';

export interface Torrent {
  readonly file: Buffer;
  /** SHA-1 of the info dictionary, in hex: what peers ask the tracker for. */
  readonly infoHash: string;
  readonly sizeBytes: number;
  readonly pieceBytes: number;
}

/** @param name as the file is called by whoever downloads it: the digest, in hex */
export function makeTorrent(name: string, sizeBytes: number, { pieceBytes, sha1 }: Pieces): Torrent {
  // Private (BEP 27): peers come from our tracker alone.
  const info = { length: sizeBytes, name, 'piece length': pieceBytes, pieces: sha1, private: 1 };
  return {
    file: bencode({ info }),
    infoHash: createHash('sha1').update(bencode(info)).digest('hex'),
    sizeBytes,
    pieceBytes,
  };
}

/** One that {@link makeTorrent} has made. */
export function readTorrent(file: Buffer): Torrent {
  const info = file.subarray('d4:info'.length, -1);
  const text = info.toString('latin1');
  const number = (key: string): number => Number(new RegExp(`${key}i(\\d+)e`).exec(text)?.[1]);
  return {
    file,
    infoHash: createHash('sha1').update(info).digest('hex'),
    sizeBytes: number('6:length'),
    pieceBytes: number('12:piece length'),
  };
}
