// What a node has already: files that need not be sent, and parts that an interrupted copy left.
import { type ByteName, isAwkward } from './byte-name.ts';
import type { FileDigests } from './file-digests.ts';
import { type CallContext, callRemote } from './remote-call.ts';
import { digestScript, findPartsScript, nulEnded, probeScript } from './remote-scripts.ts';
import { type FileEntry, partPrefix, singleFileBytes } from './tree-entry.ts';

export interface Probe {
  /** Files with this very content. */
  readonly unchanged: ReadonlySet<ByteName>;
  /** Those of them whose mode or time differs. */
  readonly unsettled: ReadonlySet<ByteName>;
  /** By path, what is there already of a file and is right. */
  readonly parts: ReadonlyMap<ByteName, Part>;
}

export interface Part {
  readonly path: ByteName;
  readonly size: number;
}

export interface ProbeJob {
  readonly destination: string;
  readonly resume: boolean;
  /** Names this run in the names of its parts. */
  readonly run: string;
  readonly digests: FileDigests;
}

/** Also makes the destination. */
export async function probeNode(
  context: CallContext,
  job: ProbeJob,
  files: readonly FileEntry[],
): Promise<Probe> {
  const input = nulEnded(files.map(({ path }) => path));
  const found = parseProbe(await callRemote(context, { script: probeScript(job.destination), input }));
  const candidates = files.flatMap((file, index) => {
    const facts = found[index];
    return facts?.size === file.size && !isAwkward(file.path) ? [{ file, facts }] : [];
  });
  const unchanged = new Set<ByteName>();
  const unsettled = new Set<ByteName>();
  const paths = candidates.map(({ file }) => file.path);
  const digests = await digestsOnNode(context, job.destination, paths);
  for (const [index, { file, facts }] of candidates.entries()) {
    if (digests[index] !== (await job.digests.of(file.source, 0, file.size))) continue;
    unchanged.add(file.path);
    if (facts.mode !== file.mode || facts.modifiedAt !== file.modifiedAt) unsettled.add(file.path);
  }
  const resumable = files.filter((file) => file.size >= singleFileBytes && !isAwkward(file.path));
  const missing = resumable.filter(({ path }) => !unchanged.has(path));
  return { unchanged, unsettled, parts: job.resume ? await findParts(context, job, missing) : new Map() };
}

async function findParts(
  context: CallContext,
  job: ProbeJob,
  files: readonly FileEntry[],
): Promise<Map<ByteName, Part>> {
  const parts = new Map<ByteName, Part>();
  if (files.length === 0) return parts;
  const input = nulEnded(files.map(partPrefix));
  const answer = await callRemote(context, { script: findPartsScript(job.destination, job.run), input });
  const lines = answer.split('\n');
  const candidates = files.flatMap((file, index) => {
    const [, size, rest] = /^(\d+) ([0-9a-f]{12}\.[0-9a-f-]+\.part)$/.exec(lines[index] ?? '') ?? [];
    if (rest === undefined || Number(size) === 0 || Number(size) > file.size) return [];
    return [{ file, part: { path: partPrefix(file).slice(0, -12) + rest, size: Number(size) } }];
  });
  const digests = await digestsOnNode(
    context,
    job.destination,
    candidates.map(({ part }) => part.path),
  );
  for (const [index, { file, part }] of candidates.entries()) {
    if (digests[index] === (await job.digests.of(file.source, 0, part.size))) parts.set(file.path, part);
  }
  return parts;
}

/** SHA-256 of files on a node, in the order of the paths. */
export async function digestsOnNode(
  context: CallContext,
  folder: string,
  paths: readonly ByteName[],
): Promise<readonly string[]> {
  if (paths.length === 0) return [];
  const lines = await callRemote(context, { script: digestScript(folder), input: nulEnded(paths) });
  return lines.split('\n').map((line) => line.slice(0, 64));
}

interface Facts {
  readonly size: number;
  readonly mode: number;
  readonly modifiedAt: number;
}

/** Lots of `f 0110`, then a line for each `1`. */
function parseProbe(answer: string): (Facts | undefined)[] {
  const found: (Facts | undefined)[] = [];
  let described = 0;
  for (const line of answer.split('\n')) {
    if (line.startsWith('f ')) {
      described = found.length;
      for (let flag = 2; flag < line.length; flag += 1) found.push(line[flag] === '1' ? unknown : undefined);
      continue;
    }
    const [size, mode, modifiedAt] = line.split(' ');
    if (mode === undefined) continue;
    while (described < found.length && found[described] !== unknown) described += 1;
    found[described] = {
      size: Number(size),
      mode: Number.parseInt(mode, 16) & 0o7777,
      modifiedAt: Number(modifiedAt),
    };
  }
  return found;
}

const unknown: Facts = { size: -1, mode: 0, modifiedAt: 0 };
