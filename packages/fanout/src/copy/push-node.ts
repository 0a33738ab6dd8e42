// Copies a source tree to one node. Small files go in one archive, larger ones one by one; each is compared by
// digest on both sides before it takes its name.

import { randomBytes } from 'node:crypto';
import type { BlockCache } from './block-cache.ts';
import { type ByteName, isAwkward, shownName } from './byte-name.ts';
import type { FileDigests } from './file-digests.ts';
import { packSmallFiles } from './pack-small-files.ts';
import { type Probe, probeNode } from './probe-node.ts';
import { type CallContext, CopyFailure, callRemote } from './remote-call.ts';
import { commitScript, receiveScript, removeScript, settleScript, unpackScript } from './remote-scripts.ts';
import type { SourceTree } from './source-tree.ts';
import { type FileEntry, partPrefix, singleFileBytes, type TreeEntry } from './tree-entry.ts';

export interface PushJob {
  readonly tree: SourceTree;
  readonly destination: string;
  readonly resume: boolean;
  /** Names this run in the names of its parts; hexadecimal. */
  readonly run: string;
  readonly blocks: BlockCache;
  readonly digests: FileDigests;
}

/** What a copy says while it works on a node. */
export interface CopyReport {
  progress(path: ByteName, bytes: number, totalBytes: number): void;
  file(entry: FileEntry, how: 'sent' | 'resumed' | 'unchanged'): void;
}

/** @throws CopyFailure, ConnectError */
export async function pushToNode(context: CallContext, job: PushJob, report: CopyReport): Promise<void> {
  const { entries } = job.tree;
  const files = entries.filter((entry) => entry.kind === 'file');
  const probe = await probeNode(context, job, files);
  const changed = files.filter((file) => !probe.unchanged.has(file.path));
  for (const file of files) if (probe.unchanged.has(file.path)) report.file(file, 'unchanged');

  const isSingle = (file: FileEntry) => file.size >= singleFileBytes || isAwkward(file.path);
  const small = changed.filter((file) => !isSingle(file));
  const others = entries.filter((entry) => entry.kind !== 'file');
  if (small.length > 0 || others.length > 0) await pushSmall(context, job, small, others, report);
  for (const file of changed.filter(isSingle)) await pushSingle(context, job, file, probe, report);
  await settle(context, job, entries, probe);
}

async function pushSmall(
  context: CallContext,
  job: PushJob,
  files: readonly FileEntry[],
  others: readonly TreeEntry[],
  report: CopyReport,
): Promise<void> {
  const stage = `.heorot-${randomBytes(8).toString('hex')}.part`;
  const input = packSmallFiles(files, others, job);
  await callRemote(context, { script: unpackScript(job.destination, stage), input });
  for (const file of files) report.file(file, 'sent');
}

async function pushSingle(
  context: CallContext,
  job: PushJob,
  file: FileEntry,
  probe: Probe,
  report: CopyReport,
): Promise<void> {
  const part = `${partPrefix(file)}.${job.run}-${randomBytes(4).toString('hex')}.part`;
  const kept = probe.parts.get(file.path);
  const from = kept?.size ?? 0;
  const expected = job.digests.of(file.source, from, file.size);
  const answer = await callRemote(context, {
    script: receiveScript(job.destination, part, kept?.path),
    input: watched(job.blocks.range(file.source, from, file.size), (sent) =>
      report.progress(file.path, from + sent, file.size),
    ),
  });
  const [digest, size] = answer.trim().split(/\s+/);
  if (digest !== (await expected) || Number(size) !== file.size) {
    await callRemote(context, { script: removeScript(job.destination, part) });
    const words = `'${shownName(file.path)}' did not arrive as it was sent, or changed while it was read`;
    throw new CopyFailure({ kind: 'exit', code: 1 }, words);
  }
  await callRemote(context, { script: commitScript(job.destination, part, file) });
  report.file(file, kept === undefined ? 'sent' : 'resumed');
}

/** Last, and from the innermost on: a folder's time changes with what is put into it. */
async function settle(
  context: CallContext,
  { destination }: PushJob,
  entries: readonly TreeEntry[],
  probe: Probe,
): Promise<void> {
  const settled = entries
    .filter((entry) => entry.kind === 'folder' || (entry.kind === 'file' && probe.unsettled.has(entry.path)))
    .toReversed();
  if (settled.length === 0) return;
  const fields = settled.map(
    ({ mode, modifiedAt, path }) => `${mode.toString(8)}\0${modifiedAt}\0./${path}\0`,
  );
  await callRemote(context, {
    script: settleScript(destination),
    input: [Buffer.from(fields.join(''), 'latin1')],
  });
}

async function* watched(
  chunks: AsyncIterable<Buffer>,
  tell: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  let sent = 0;
  for await (const chunk of chunks) {
    yield chunk;
    sent += chunk.length;
    tell(sent);
  }
}
