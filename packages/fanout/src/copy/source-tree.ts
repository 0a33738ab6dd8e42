// Local files and folders to copy, walked once for all nodes.
import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { HeorotError } from '@heorot/inventory';
import {
  type ByteName,
  bytesOf,
  joinNames,
  lastPart,
  nameOfBytes,
  nameOfText,
  shownName,
} from './byte-name.ts';
import type { TreeEntry } from './tree-entry.ts';

export interface SourceTree {
  readonly entries: readonly TreeEntry[];
  /** Sockets, devices and the like, which are left out. */
  readonly leftOut: readonly ByteName[];
}

/**
 * @throws HeorotError `copy-source` for what cannot be read, `copy-duplicate` for two sources of one name
 */
export async function readSourceTree(sources: readonly string[]): Promise<SourceTree> {
  const tree = { entries: new Array<TreeEntry>(), leftOut: new Array<ByteName>() };
  const names = new Set<ByteName>();
  for (const source of sources) {
    const path = nameOfText(resolve(source));
    const name = lastPart(path);
    if (name === '') throw new HeorotError('copy-source', `'${source}' has no name to copy it under`);
    if (names.has(name)) {
      throw new HeorotError('copy-duplicate', `two sources are called '${shownName(name)}'`, {
        hint: 'copy them one after the other',
      });
    }
    names.add(name);
    await walk(path, name, true, tree);
  }
  return tree;
}

async function walk(
  source: ByteName,
  path: ByteName,
  follow: boolean,
  tree: { entries: TreeEntry[]; leftOut: ByteName[] },
): Promise<void> {
  try {
    // As scp: a link given as a source is followed, links inside a folder are copied as links.
    const facts = await (follow ? stat : lstat)(bytesOf(source));
    const core = { path, mode: facts.mode & 0o7777, modifiedAt: Math.floor(facts.mtimeMs / 1000) };
    if (facts.isFile()) tree.entries.push({ kind: 'file', ...core, size: facts.size, source });
    else if (facts.isSymbolicLink()) {
      const target = nameOfBytes(await readlink(bytesOf(source), { encoding: 'buffer' }));
      tree.entries.push({ kind: 'link', ...core, source, target });
    } else if (facts.isDirectory()) {
      tree.entries.push({ kind: 'folder', ...core });
      const names = await readdir(bytesOf(source), { encoding: 'buffer' });
      for (const name of names.map(nameOfBytes).sort()) {
        await walk(joinNames(source, name), joinNames(path, name), false, tree);
      }
    } else tree.leftOut.push(path);
  } catch (error) {
    if (error instanceof HeorotError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new HeorotError('copy-source', `'${shownName(source)}' cannot be read: ${why}`, { cause: error });
  }
}
