// What is copied, on either side: a flat list, folders before what they hold.
import { createHash } from 'node:crypto';
import { type ByteName, joinNames, lastPart, parentOf } from './byte-name.ts';

interface EntryCore {
  /** Below the destination; the source's own name first. */
  readonly path: ByteName;
  /** Permission bits, set-id and sticky included. */
  readonly mode: number;
  /** Whole seconds: what every `touch` and `tar` keeps. */
  readonly modifiedAt: number;
}

export interface FolderEntry extends EntryCore {
  readonly kind: 'folder';
}

export interface FileEntry extends EntryCore {
  readonly kind: 'file';
  readonly size: number;
  /** Where it is read from. */
  readonly source: ByteName;
}

export interface LinkEntry extends EntryCore {
  readonly kind: 'link';
  readonly source: ByteName;
  /** Known for local links; a node's come with its archive. */
  readonly target: ByteName;
}

export type TreeEntry = FolderEntry | FileEntry | LinkEntry;

/** Files below this size travel together in one archive. */
export const singleFileBytes = 1024 * 1024;

/**
 * Where a file grows until it is whole: beside its end, hidden. The name depends on what is copied, so that a later
 * run finds what an interrupted one left, and two contents never mix.
 */
export const partPath = (file: FileEntry): ByteName => `${partPrefix(file)}.part`;

/** What the parts of a file are called before `.WRITER.part`, where several nodes may write to one file system. */
export function partPrefix({ path, size, modifiedAt }: FileEntry): ByteName {
  const key = createHash('sha256')
    .update(`${path}\0${size}\0${modifiedAt}`, 'latin1')
    .digest('hex')
    .slice(0, 12);
  // NAME_MAX is 255 bytes.
  return joinNames(parentOf(path), `.${lastPart(path).slice(0, 200)}.heorot-${key}`);
}
