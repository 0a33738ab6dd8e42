// What a node says it has, believed only as far as it stays below the folder that is kept for the node.
import { HeorotError } from '@heorot/inventory';
import { directoryWord } from '../engine/shell-quote.ts';
import { type ByteName, nameOfText, parentOf, shownName, staysBelow } from './byte-name.ts';
import { type CallContext, CopyFailure, callRemote } from './remote-call.ts';
import { listScript } from './remote-scripts.ts';
import type { TreeEntry } from './tree-entry.ts';

/** A source on the nodes, split where `cd` ends and names begin. */
export interface NodeSource {
  /** As a word for sh. */
  readonly parent: string;
  readonly base: ByteName;
}

/** @throws HeorotError `copy-source` for a path without a name of its own */
export function nodeSource(path: string): NodeSource {
  const trimmed = path.replace(/(?<=[^/])\/+$/, '');
  const base = trimmed.slice(trimmed.lastIndexOf('/') + 1);
  if (base === '' || base === '.' || base === '..' || trimmed === '~') {
    throw new HeorotError('copy-source', `'${path}' has no name to keep it under`, {
      hint: 'name a file or a folder: /etc, not /',
    });
  }
  const parent = trimmed.slice(0, trimmed.length - base.length).replace(/(?<=[^/])\/+$/, '');
  return { parent: directoryWord(parent === '' ? '.' : parent), base: nameOfText(base) };
}

export interface NodeListing {
  readonly entries: readonly TreeEntry[];
  readonly leftOut: readonly ByteName[];
}

/** @throws CopyFailure when there is no such file, or the node names what lies elsewhere */
export async function listNode(context: CallContext, source: NodeSource): Promise<NodeListing> {
  return parseListing(
    await callRemote(context, { script: listScript(source.parent, source.base) }),
    source.base,
  );
}

/** Each record: mode and type in hexadecimal, size, time, `./path//`. */
export function parseListing(answer: string, base: ByteName): NodeListing {
  const entries: TreeEntry[] = [];
  const leftOut: ByteName[] = [];
  const folders = new Set<ByteName>();
  const seen = new Set<ByteName>();
  for (const record of answer.split('//\n').slice(0, -1)) {
    const [, mode = '', size = '', modifiedAt = '', path = ''] =
      /^([0-9a-f]+) (\d+) (-?\d+) \.\/(.*)$/s.exec(record) ?? [];
    const isOurs = path === base || (path.startsWith(`${base}/`) && folders.has(parentOf(path)));
    if (!staysBelow(path) || !isOurs || seen.has(path)) {
      throw new CopyFailure(
        { kind: 'exit', code: 1 },
        `the node answered with what was not asked for: ${JSON.stringify(shownName(record))}`,
      );
    }
    seen.add(path);
    const bits = Number.parseInt(mode, 16);
    const core = { path, mode: bits & 0o7777, modifiedAt: Number(modifiedAt) };
    // stat(2), S_IFMT.
    const type = bits & 0o170000;
    if (type === 0o040000) {
      folders.add(path);
      entries.push({ kind: 'folder', ...core });
    } else if (type === 0o100000) entries.push({ kind: 'file', ...core, size: Number(size), source: path });
    else if (type === 0o120000) entries.push({ kind: 'link', ...core, source: path, target: '' });
    else leftOut.push(path);
  }
  if (!seen.has(base))
    throw new CopyFailure({ kind: 'exit', code: 1 }, `the node did not list '${shownName(base)}'`);
  return { entries, leftOut };
}
