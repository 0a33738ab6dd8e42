// What has to change on a node so that it is as the image says: three trees are compared, that of the node, that of the image it was
// made from, and that of the image it is to have. What was changed on the node itself is kept. Pure: no node is touched here.
import type { FileEntry } from '../image/file-entry.ts';
import { mayBeRemoved } from './owned-paths.ts';

/** A file of a node as find lists it. */
export interface NodeFile {
  readonly type: FileEntry['type'] | 'other';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  /** Of a symbolic link. */
  readonly target: string;
}

export type Tree = ReadonlyMap<string, FileEntry>;

export interface SyncInput {
  readonly node: ReadonlyMap<string, NodeFile>;
  /** sha256 of files of the node, as far as they were asked for. */
  readonly hashes: ReadonlyMap<string, string>;
  readonly wanted: Tree;
  /** The image the node was made from, where it is known. */
  readonly base: Tree | undefined;
  readonly owned: (path: string) => boolean;
  /** Take over what was changed on the node as well. */
  readonly overwrite: boolean;
  /** Owners cannot be set without being root. */
  readonly owners: boolean;
}

export interface SyncPlan {
  /** New or with other contents, in the order in which they are put in place. */
  readonly send: readonly FileEntry[];
  /** The same contents with another owner, mode or time. */
  readonly touch: readonly FileEntry[];
  readonly remove: readonly string[];
  /** Left as they are on the node, and why. */
  readonly kept: readonly { readonly path: string; readonly why: string }[];
}

type Likeness = 'same' | 'differs' | 'unsure';

/** Files that look like neither image: only their bytes can tell. */
export function suspiciousFiles({ node, wanted, base, owned }: Omit<SyncInput, 'hashes'>): readonly string[] {
  const none = new Map<string, string>();
  return [...node].flatMap(([path, file]) => {
    if (!owned(path)) return [];
    const toWanted = likeness(file, path, wanted, none, base);
    const toBase = likeness(file, path, base, none, wanted);
    const isUnsure = toWanted === 'unsure' || (toWanted !== 'same' && toBase === 'unsure');
    return isUnsure ? [path] : [];
  });
}

export function planSync(input: SyncInput): SyncPlan {
  const { node, hashes, wanted, base, owned } = input;
  const send: FileEntry[] = [];
  const touch: FileEntry[] = [];
  const kept: { path: string; why: string }[] = [];
  for (const entry of wanted.values()) {
    const { path } = entry;
    if (!owned(path)) continue;
    const file = node.get(path);
    const old = base?.get(path);
    if (file === undefined) {
      if (old === undefined || input.overwrite || !sameEntry(old, entry)) send.push(entry);
      else kept.push({ path, why: 'taken away on the node' });
    } else if (likeness(file, path, wanted, hashes, base) === 'same') {
      if (old !== undefined && attributesOf(old) !== attributesOf(entry)) send.push(entry);
      // Capabilities do not outlive a change of the owner.
      else if (needsTouch(file, entry, old, input)) (entry.attributes.length > 0 ? send : touch).push(entry);
    } else {
      const why = whyKept(file, path, input);
      if (why === undefined) send.push(entry);
      else kept.push({ path, why });
    }
  }
  const remove = [...(base?.keys() ?? [])].filter((path) => {
    const file = node.get(path);
    if (file === undefined || wanted.has(path) || !owned(path) || !mayBeRemoved(path)) return false;
    return likeness(file, path, base, hashes, wanted) === 'same';
  });
  return {
    send: withLinked(send, wanted).sort((a, b) => turnOf(a) - turnOf(b) || (a.path < b.path ? -1 : 1)),
    touch,
    // The deepest first: a folder goes when nothing is left in it.
    remove: remove.sort().toReversed(),
    kept,
  };
}

function likeness(
  file: NodeFile,
  path: string,
  tree: Tree | undefined,
  hashes: ReadonlyMap<string, string>,
  rival: Tree | undefined,
): Likeness {
  const entry = contentOf(tree, path);
  if (entry === undefined || entry.type !== file.type) return 'differs';
  if (entry.type === 'symlink') return entry.target === file.target ? 'same' : 'differs';
  if (entry.type !== 'file') return 'same';
  if (entry.size !== file.size) return 'differs';
  const other = contentOf(rival, path);
  // Two versions of one size within one second look alike.
  const isTwin =
    other?.type === 'file' &&
    other.size === entry.size &&
    other.mtime === entry.mtime &&
    other.sha256 !== entry.sha256;
  if (entry.mtime === file.mtime && !isTwin) return 'same';
  const sha256 = hashes.get(path);
  return sha256 === undefined ? 'unsure' : sha256 === entry.sha256 ? 'same' : 'differs';
}

/** A second name stands for what its first name is. */
function contentOf(tree: Tree | undefined, path: string): FileEntry | undefined {
  const entry = tree?.get(path);
  return entry?.type === 'hardlink' ? tree?.get(entry.target) : entry;
}

/** `undefined` when the file may be replaced. */
function whyKept(
  file: NodeFile,
  path: string,
  { base, wanted, hashes, overwrite }: SyncInput,
): string | undefined {
  if (overwrite) return file.type === 'directory' ? 'there is a folder of that name' : undefined;
  if (base === undefined) return path.startsWith('etc/') ? 'of an unknown image, and in /etc' : undefined;
  if (!base.has(path)) return 'there was no such file in the image of the node';
  return likeness(file, path, base, hashes, wanted) === 'same' ? undefined : 'changed on the node';
}

function needsTouch(
  file: NodeFile,
  entry: FileEntry,
  old: FileEntry | undefined,
  { owners }: SyncInput,
): boolean {
  if (entry.type === 'symlink' || entry.type === 'hardlink') return false;
  const differs = (at: Pick<NodeFile, 'mode' | 'uid' | 'gid'>): boolean =>
    at.mode !== entry.mode || (owners && (at.uid !== entry.uid || at.gid !== entry.gid));
  const isOlder = entry.type === 'file' && file.mtime !== entry.mtime;
  // What the image did not change, the node did.
  return (differs(file) || isOlder) && (old === undefined || differs(old) || isOlder);
}

/** A second name is made of the first: it goes with it. */
function withLinked(send: readonly FileEntry[], wanted: Tree): FileEntry[] {
  const sent = new Set(send.map(({ path }) => path));
  const linked = [...wanted.values()].filter(
    (entry) => entry.type === 'hardlink' && sent.has(entry.target) && !sent.has(entry.path),
  );
  return [...send, ...linked];
}

/** Folders, then libraries before the programs that need them, the kernel last; second names after first ones. */
function turnOf(entry: FileEntry): number {
  if (entry.type === 'directory') return 0;
  const path = entry.type === 'hardlink' ? entry.target : entry.path;
  const turn = path.startsWith('boot/')
    ? 7
    : /^(usr\/)?s?bin\//.test(path)
      ? 5
      : /^(usr\/)?lib/.test(path)
        ? 1
        : 3;
  return entry.type === 'hardlink' ? turn + 1 : turn;
}

function sameEntry(a: FileEntry, b: FileEntry): boolean {
  return a.type === b.type && (a.type !== 'file' || b.type !== 'file' || a.sha256 === b.sha256);
}

function attributesOf({ attributes }: FileEntry): string {
  return JSON.stringify(attributes.map(({ name, value }) => [name, value]));
}
