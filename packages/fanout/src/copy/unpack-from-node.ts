// Small files and links of a node, as its tar sends them: written beside their ends, compared, then named.

import { readFileSync } from 'node:fs';
import { type ByteName, bytesOf, joinNames, shownName } from './byte-name.ts';
import type { FetchJob } from './fetch-node.ts';
import type { NodeSource } from './node-listing.ts';
import { commitPart, IncomingFile, placeLink, removePart } from './place-file.ts';
import type { CopyReport } from './push-node.ts';
import { type CallContext, CopyFailure, callRemote } from './remote-call.ts';
import { nulEnded, packScript } from './remote-scripts.ts';
import { TarReader } from './tar-reader.ts';
import { type FileEntry, type LinkEntry, partPath } from './tree-entry.ts';

export interface Unpacking {
  readonly job: FetchJob;
  readonly source: NodeSource;
  readonly expected: (file: FileEntry) => Promise<string>;
}

/** @throws CopyFailure for members that were not asked for, and for contents that are not the node's */
export async function unpackFromNode(
  context: CallContext,
  { job, source, expected }: Unpacking,
  files: readonly FileEntry[],
  links: readonly LinkEntry[],
  report: CopyReport,
): Promise<void> {
  const wanted = new Map<ByteName, FileEntry | LinkEntry>(
    [...files, ...links].map((entry) => [entry.path, entry]),
  );
  if (wanted.size === 0) return;
  const digests = new Map<FileEntry, string>();
  const targets = new Map<LinkEntry, ByteName>();
  let current: IncomingFile | undefined;
  const reader = new TarReader({
    begin({ name, type, target }) {
      const entry = wanted.get(name.replace(/^\.\//, ''));
      if (entry === undefined || current !== undefined) throw unexpected(name);
      if (entry.kind === 'link') {
        if (type !== '2') throw unexpected(name);
        targets.set(entry, target);
        return;
      }
      if (digests.has(entry)) throw unexpected(name);
      current = new IncomingFile(job.root, entry);
      if (type === '1') current.write(contentOf(job.root, wanted.get(target.replace(/^\.\//, '')), target));
      else if (type !== '0' && type !== '\0') throw unexpected(name);
    },
    content(piece) {
      if (current === undefined || current.size + piece.length > current.entry.size)
        throw unexpected('more than it listed');
      current.write(piece);
    },
    end() {
      if (current === undefined) return;
      digests.set(current.entry, current.digest());
      current[Symbol.dispose]();
      current = undefined;
    },
  });
  try {
    await callRemote(context, {
      script: packScript(source.parent),
      input: nulEnded(wanted.keys()),
      output: (chunk) => {
        reader.write(chunk);
        return undefined;
      },
    });
  } finally {
    current?.[Symbol.dispose]();
  }
  for (const file of files) {
    if (digests.get(file) !== (await expected(file))) {
      await removePart(job.root, file);
      throw new CopyFailure(
        { kind: 'exit', code: 1 },
        `'${shownName(file.path)}' changed while it was read, or was damaged on the way`,
      );
    }
    await commitPart(job.root, file);
    report.file(file, 'sent');
  }
  for (const [link, target] of targets) await placeLink(job.root, link, target);
}

/** A second name of a file that came before, under its first name. */
function contentOf(root: ByteName, entry: FileEntry | LinkEntry | undefined, name: ByteName): Buffer {
  if (entry?.kind !== 'file') throw unexpected(name);
  return readFileSync(bytesOf(joinNames(root, partPath(entry))));
}

const unexpected = (name: ByteName) =>
  new CopyFailure(
    { kind: 'exit', code: 1 },
    `the node sent what was not asked for: ${JSON.stringify(shownName(name))}`,
  );
