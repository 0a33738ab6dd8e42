// A member of an archive: a file of a tree as the manifest knows it, but its bytes are yet to come.
import type { FileEntry } from '../file-entry.ts';

type RegularFile = Extract<FileEntry, { type: 'file' }>;

/** Where the bytes of a sparse file are: offset and length, in order. What is between them is zeros. */
export type SparseMap = readonly (readonly [offset: number, length: number])[];

/** `size` is what a reader of the file sees, holes included. */
export type TarEntry =
  | Exclude<FileEntry, { type: 'file' }>
  | (Omit<RegularFile, 'sha256'> & { readonly sparse?: SparseMap });

export interface TarMember {
  readonly entry: TarEntry;
  /** The bytes in the archive: all of a file, or those of the parts of its map. To be read before the next member. */
  readonly content: AsyncIterable<Uint8Array>;
}

export const blockSize = 512;

/** Bytes in the archive after so many bytes of content. */
export function paddingAfter(size: number): number {
  return (blockSize - (size % blockSize)) % blockSize;
}

/** Bytes that are in the archive for a file. */
export function storedSize(entry: TarEntry): number {
  if (entry.type !== 'file') return 0;
  return entry.sparse?.reduce((sum, [, length]) => sum + length, 0) ?? entry.size;
}
