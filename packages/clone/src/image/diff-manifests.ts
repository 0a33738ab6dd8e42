// What changes from one image to another, and how many bytes a node must fetch for it.
import type { FileEntry } from './file-entry.ts';

/** One path that differs. */
export type Change =
  | { readonly kind: 'added'; readonly path: string; readonly after: FileEntry }
  | { readonly kind: 'removed'; readonly path: string; readonly before: FileEntry }
  /** Other bytes, another type or another target. */
  | { readonly kind: 'content'; readonly path: string; readonly before: FileEntry; readonly after: FileEntry }
  /** The same bytes; owner, mode, time or attributes differ. */
  | {
      readonly kind: 'metadata';
      readonly path: string;
      readonly before: FileEntry;
      readonly after: FileEntry;
    };

export interface ManifestDiff {
  /** By path, in the order of the manifests. */
  readonly changes: readonly Change[];
  /** Of the contents that the first tree holds nowhere, each once. */
  readonly fetchBytes: number;
  readonly fetchDigests: readonly string[];
}

/** Compares two trees. */
export function diffManifests(before: readonly FileEntry[], after: readonly FileEntry[]): ManifestDiff {
  const old = new Map(before.map((entry) => [entry.path, entry]));
  const fresh = new Map(after.map((entry) => [entry.path, entry]));
  const held = new Set(before.flatMap((entry) => (entry.type === 'file' ? [entry.sha256] : [])));
  const wanted = new Map(
    after.flatMap((entry) =>
      entry.type === 'file' && !held.has(entry.sha256) ? [[entry.sha256, entry.size] as const] : [],
    ),
  );
  const paths = [...new Set([...old.keys(), ...fresh.keys()])].sort();
  return {
    changes: paths.flatMap((path) => changeOf(path, old.get(path), fresh.get(path)) ?? []),
    fetchBytes: [...wanted.values()].reduce((sum, size) => sum + size, 0),
    fetchDigests: [...wanted.keys()].sort(),
  };
}

function changeOf(
  path: string,
  before: FileEntry | undefined,
  after: FileEntry | undefined,
): Change | undefined {
  if (before === undefined) return after === undefined ? undefined : { kind: 'added', path, after };
  if (after === undefined) return { kind: 'removed', path, before };
  if (contentKey(before) !== contentKey(after)) return { kind: 'content', path, before, after };
  return metadataKey(before) === metadataKey(after) ? undefined : { kind: 'metadata', path, before, after };
}

function contentKey(entry: FileEntry): string {
  switch (entry.type) {
    case 'file':
      return `file ${entry.size} ${entry.sha256}`;
    case 'symlink':
    case 'hardlink':
      return `${entry.type} ${entry.target}`;
    case 'character':
    case 'block':
      return `${entry.type} ${entry.major}:${entry.minor}`;
    case 'directory':
    case 'fifo':
    default:
      return entry.type;
  }
}

function metadataKey({ mode, uid, gid, mtime, attributes }: FileEntry): string {
  const sorted = attributes.map(({ name, value }) => `${name}=${value}`).sort();
  return JSON.stringify([mode, uid, gid, mtime, sorted]);
}
