// Fetches sources of one node into the folder kept for it. The node lists what it has; only what is on that list, and
// lies below the folder, is written, and takes its name when its digest is the node's.
import { chmod, rmdir, stat, utimes } from 'node:fs/promises';
import type { BlockCache } from './block-cache.ts';
import { type ByteName, bytesOf, isAwkward, joinNames, shownName } from './byte-name.ts';
import type { FileDigests } from './file-digests.ts';
import { GrowingFile } from './growing-file.ts';
import { listNode, type NodeSource } from './node-listing.ts';
import { commitPart, placeFolder, removePart } from './place-file.ts';
import { digestsOnNode } from './probe-node.ts';
import type { CopyReport } from './push-node.ts';
import { type CallContext, CopyFailure, callRemote } from './remote-call.ts';
import { digestOneScript, sendScript } from './remote-scripts.ts';
import { type FileEntry, partPath, singleFileBytes, type TreeEntry } from './tree-entry.ts';
import { unpackFromNode } from './unpack-from-node.ts';

export interface FetchJob {
  readonly sources: readonly NodeSource[];
  /** `destination/NODE` on this machine. */
  readonly root: ByteName;
  readonly resume: boolean;
  readonly blocks: BlockCache;
  readonly digests: FileDigests;
}

/** @throws CopyFailure, ConnectError; HeorotError when this machine cannot take the files */
export async function fetchFromNode(
  context: CallContext,
  job: FetchJob,
  report: CopyReport,
  note: (text: string) => void,
): Promise<void> {
  const folder = await placeFolder(job.root);
  try {
    await fetchSources(context, job, report, note);
  } catch (error) {
    // Nothing came: an empty folder would pass for an answer. It stays where something is in it.
    if (folder === 'made') await rmdir(bytesOf(job.root)).catch(() => undefined);
    throw error;
  }
}

async function fetchSources(
  context: CallContext,
  job: FetchJob,
  report: CopyReport,
  note: (text: string) => void,
): Promise<void> {
  for (const source of job.sources) {
    const { entries, leftOut } = await listNode(context, source);
    for (const path of leftOut) note(`${shownName(path)} is no file, folder or link: left out`);
    const folders = entries.filter((entry) => entry.kind === 'folder');
    for (const { path } of folders) await placeFolder(joinNames(job.root, path));
    await fetchFiles(context, job, source, entries, report);
    for (const { path, mode, modifiedAt } of folders.toReversed()) {
      await chmod(bytesOf(joinNames(job.root, path)), mode);
      await utimes(bytesOf(joinNames(job.root, path)), modifiedAt, modifiedAt);
    }
  }
}

async function fetchFiles(
  context: CallContext,
  job: FetchJob,
  source: NodeSource,
  entries: readonly TreeEntry[],
  report: CopyReport,
): Promise<void> {
  const files = entries.filter((entry) => entry.kind === 'file');
  const plain = files.filter((file) => !isAwkward(file.path));
  // Read while the contents come: the node's disk is read once.
  const asked = digestsOnNode(
    context,
    source.parent,
    plain.map(({ path }) => path),
  );
  asked.catch(() => undefined);
  const expected = async (file: FileEntry) => {
    if (isAwkward(file.path))
      return (await callRemote(context, { script: digestOneScript(source.parent, file.path) })).slice(0, 64);
    return (await asked)[plain.indexOf(file)] ?? '';
  };
  const changed: FileEntry[] = [];
  for (const file of files) {
    if (await isHereAlready(job, file, expected)) report.file(file, 'unchanged');
    else changed.push(file);
  }
  const isSingle = (file: FileEntry) =>
    file.size >= singleFileBytes || isAwkward(file.path) || file.path === source.base;
  const links = entries.filter((entry) => entry.kind === 'link');
  await unpackFromNode(
    context,
    { job, source, expected },
    changed.filter((file) => !isSingle(file)),
    links,
    report,
  );
  for (const file of changed.filter(isSingle))
    await fetchSingle(context, job, source, file, expected, report);
}

async function isHereAlready(
  { root, digests }: FetchJob,
  file: FileEntry,
  expected: (file: FileEntry) => Promise<string>,
): Promise<boolean> {
  const path = joinNames(root, file.path);
  const facts = await stat(bytesOf(path)).catch(() => undefined);
  if (facts?.isFile() !== true || facts.size !== file.size) return false;
  if ((await digests.of(path, 0, file.size)) !== (await expected(file))) return false;
  await chmod(bytesOf(path), file.mode);
  await utimes(bytesOf(path), file.modifiedAt, file.modifiedAt);
  return true;
}

async function fetchSingle(
  context: CallContext,
  job: FetchJob,
  source: NodeSource,
  file: FileEntry,
  expected: (file: FileEntry) => Promise<string>,
  report: CopyReport,
): Promise<void> {
  const from = await keptBytes(job, file);
  await using incoming = new GrowingFile(job.root, file, from, job.digests);
  await callRemote(context, {
    script: sendScript(source.parent, file.path, from),
    output: (chunk) => {
      if (incoming.size + chunk.length > file.size) throw new CopyFailure(damaged, grew(file));
      report.progress(file.path, incoming.size + chunk.length, file.size);
      return incoming.write(chunk);
    },
  });
  const digest = await incoming.digest();
  if (incoming.size !== file.size || digest !== (await expected(file))) {
    await removePart(job.root, file);
    throw new CopyFailure(damaged, grew(file));
  }
  await commitPart(job.root, file);
  report.file(file, from === 0 ? 'sent' : 'resumed');
}

const damaged = { kind: 'exit', code: 1 } as const;
const grew = (file: FileEntry) =>
  `'${shownName(file.path)}' changed while it was read, or was damaged on the way`;

/** Bytes of an earlier, interrupted fetch. */
async function keptBytes({ root, resume }: FetchJob, file: FileEntry): Promise<number> {
  if (!resume) return 0;
  const facts = await stat(bytesOf(joinNames(root, partPath(file)))).catch(() => undefined);
  return facts?.isFile() === true && facts.size <= file.size ? facts.size : 0;
}
