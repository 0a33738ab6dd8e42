// One capture: what the machine is, which files it has, and their bytes once through the wire into the store.
import { rm } from 'node:fs/promises';
import type { HygieneRule } from '../image/hygiene-rules.ts';
import { fateBy } from '../image/hygiene-rules.ts';
import { openStaging, type Staging } from '../image/staging.ts';
import { fullDisk, type StoredTree, storeTree } from '../image/store-tree.ts';
import { readTar } from '../image/tar/read-tar.ts';
import type { TarMember } from '../image/tar/tar-member.ts';
import { holdStill, type Stillness, type StillTree } from './hold-still.ts';
import { type Selection, selectFiles } from './list-files.ts';
import { hiddenPaths, type MachineFacts, mountedFolders, mountOf, readFacts } from './machine-facts.ts';
import { type Shell, textOf } from './node-shell.ts';
import { type HeldFile, heldFiles, heldMembers, openJournal } from './resume-journal.ts';
import { factsScript, listScript, packScript } from './scripts.ts';

export interface CaptureOptions {
  readonly layout: string;
  readonly root: string;
  readonly rules: readonly HygieneRule[];
  /** Take what can be read without being root. */
  readonly unprivileged: boolean;
  /** Why files are read as they are; `undefined`: the node holds them still, as far as it can. */
  readonly unheld: string | undefined;
  readonly progress: (progress: CaptureProgress) => void;
}

export interface CaptureProgress {
  readonly step: 'look' | 'list' | 'read';
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly path: string;
}

export interface Captured {
  readonly facts: MachineFacts;
  readonly selection: Selection;
  readonly tree: StoredTree;
  readonly staging: Staging;
  /** How each file system was held while it was read. */
  readonly stillness: readonly Stillness[];
  /** What a person should know of the node afterwards. */
  readonly warnings: readonly string[];
  /** Files that changed while they were read: their bytes may be of two times. */
  readonly changed: readonly string[];
  /** Bytes that an interrupted capture had brought already. */
  readonly resumedBytes: number;
}

/**
 * Blobs of files stay staged until `staging.commit()`. What was brought before an error is kept for the next try, unless the disk is full.
 * @throws HeorotError `capture-failed`, `node-unreachable`, `store-full`
 */
export async function captureTree(shell: Shell, options: CaptureOptions): Promise<Captured> {
  const { root, unprivileged, unheld, progress } = options;
  progress({ step: 'look', doneBytes: 0, totalBytes: 0, path: '' });
  const facts = readFacts(await textOf(shell.run(factsScript(root, unprivileged))));
  const still = await holdStill(shell, facts, unheld);
  let warnings: readonly string[] = [];
  let read: Awaited<ReturnType<typeof readTree>>;
  try {
    read = await readTree(shell, facts, still, options);
  } finally {
    warnings = await still.release();
  }
  const missed = unmountedSubvolumes(facts, read.selection).map(
    (path) => `the btrfs subvolume ${path} is not in the image: mount it by itself, and it is`,
  );
  return { facts, ...read, stillness: still.stillness, warnings: [...missed, ...warnings] };
}

/** find does not go into a subvolume that is not mounted by itself. Its folder has inode 256, and 2 in a snapshot. */
function unmountedSubvolumes(facts: MachineFacts, { files }: Selection): readonly string[] {
  const mounted = new Set(mountedFolders(facts));
  const base = facts.root === '/' ? '' : facts.root;
  return files.flatMap(({ path, type, inode }) => {
    if (type !== 'd' || (inode !== '256' && inode !== '2') || mounted.has(path)) return [];
    return mountOf(facts, `${base}/${path}`)?.type === 'btrfs' ? [path] : [];
  });
}

async function readTree(
  shell: Shell,
  facts: MachineFacts,
  still: StillTree,
  options: CaptureOptions,
): Promise<Pick<Captured, 'selection' | 'staging' | 'tree' | 'changed' | 'resumedBytes'>> {
  const { layout, rules, unprivileged, progress } = options;
  progress({ step: 'list', doneBytes: 0, totalBytes: 0, path: '' });
  const listing = shell.run(still.inside(listScript(still.root, mountedFolders(facts), unprivileged)));
  const selection = await selectFiles(heard(listing, still), rules, hiddenPaths(facts));
  const staging = await openStaging(layout, `capture-${shell.name.replace(/[^\w.-]/g, '_')}`);
  try {
    return { selection, staging, ...(await readFiles(shell, selection, staging, still, options)) };
  } catch (cause) {
    const full = fullDisk(layout, cause);
    if (full !== undefined || isFull(cause)) await rm(staging.folder, { recursive: true, force: true });
    throw full ?? cause;
  }
}

/** As long as bytes come, the node holds still. */
async function* heard(chunks: AsyncIterable<Uint8Array>, still: StillTree): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    still.heard();
    yield chunk;
  }
}

async function readFiles(
  shell: Shell,
  { files, totalBytes }: Selection,
  staging: Staging,
  still: StillTree,
  { layout, rules, progress }: CaptureOptions,
): Promise<Pick<Captured, 'tree' | 'changed' | 'resumedBytes'>> {
  const stamps = new Map(
    files.flatMap(({ path, stamp }) => (stamp === undefined ? [] : [[path, stamp] as const])),
  );
  const held = await heldFiles(staging, (path) => stamps.get(path), still.heard);
  const heldPaths = new Set(held.map(({ entry }) => entry.path));
  for (const { entry, blob } of held) staging.adopt({ sha256: entry.sha256, blob });
  let said = '';
  const packed = shell.run(still.inside(packScript(still.root)), {
    input: namesOf(files.filter(({ path }) => !heldPaths.has(path)).map(({ bytes }) => bytes)),
    // GNU tar: 1 when a file changed or went away while it was read.
    accept: [0, 1],
    said: (text) => {
      said = text;
    },
  });
  await using journal = openJournal(staging.folder);
  let doneBytes = 0;
  const tree = await storeTree(layout, emptied(both(readTar(heard(packed, still)), staging, held), rules), {
    staging,
    stored(entry, blob, bytes) {
      doneBytes += bytes;
      progress({ step: 'read', doneBytes, totalBytes, path: entry.path });
      const stamp = stamps.get(entry.path);
      if (
        blob !== undefined &&
        entry.type === 'file' &&
        stamp !== undefined &&
        bytes === entry.size &&
        !heldPaths.has(entry.path)
      )
        journal.add({ stamp, entry, blob });
    },
  });
  return {
    tree,
    changed: changedFiles(said),
    resumedBytes: held.reduce((sum, { entry }) => sum + entry.size, 0),
  };
}

async function* both(
  fresh: AsyncIterable<TarMember>,
  staging: Staging,
  held: readonly HeldFile[],
): AsyncGenerator<TarMember> {
  yield* fresh;
  yield* heldMembers(staging, held);
}

/** Files that must be empty, without their bytes. */
async function* emptied(
  members: AsyncIterable<TarMember>,
  rules: readonly HygieneRule[],
): AsyncGenerator<TarMember> {
  const fate = fateBy(rules);
  for await (const member of members) {
    const { entry } = member;
    if (entry.type !== 'file' || fate(entry.path) !== 'empty') yield member;
    else {
      const { sparse: _, ...plain } = entry;
      yield { entry: { ...plain, size: 0 }, content: nothing() };
    }
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** In pieces: a hundred thousand names are one long text. */
async function* namesOf(names: readonly Buffer[]): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < names.length; at += 1000)
    yield Buffer.concat(
      names.slice(at, at + 1000).flatMap((name) => [Buffer.from('./'), name, Buffer.alloc(1)]),
    );
}

function changedFiles(stderr: string): readonly string[] {
  return [
    ...stderr.matchAll(/^tar: (.*): (?:file changed as we read it|File shrank by .*|File removed .*)$/gm),
  ].map(([, name = '']) => name.replace(/^\.\//, ''));
}

function isFull(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'store-full';
}
