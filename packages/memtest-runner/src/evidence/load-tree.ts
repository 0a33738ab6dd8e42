// Reads the files of this machine that the evidence is taken from; with another root, those of a folder that stands for one.
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { SystemTree } from './system-tree.ts';

/** Folders and files that the readers of this package look at. A node's shell can list the same. */
export const EVIDENCE_PATHS = [
  '/proc/meminfo',
  '/sys/devices/system/edac/mc',
  '/sys/devices/system/node',
  '/sys/devices/system/cpu',
  '/sys/firmware/dmi/tables/DMI',
] as const;

/** What matters of the thousands of files below them. */
const wanted =
  /\/(meminfo|DMI|[cu]e_(noinfo_)?count|(dimm|rank)\w*_(label|location|[cu]e_count)|mc_name|ch\d+_(ce_count|dimm_label)|seconds_since_reset|cpulist|distance|online|(core|package)_throttle_count|(core|package)_throttle_total_time_ms|physical_package_id|core_id)$/;

/** What cannot be read is left out. */
export async function loadTree(root = '/', paths: readonly string[] = EVIDENCE_PATHS): Promise<SystemTree> {
  const tree = new Map<string, Uint8Array>();
  for (const path of paths) await load(root, join(root, path), tree, 0);
  return tree;
}

const DEEPEST = 5;

async function load(root: string, path: string, tree: Map<string, Uint8Array>, depth: number): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => null);
  if (entries === null) {
    if (!wanted.test(path)) return;
    const bytes = await readFile(path).catch(() => null);
    if (bytes !== null) tree.set(`/${relative(root, path)}`, bytes);
    return;
  }
  // Links below these folders lead back up: only real folders are entered.
  const below = entries.filter((entry) => entry.isFile() || (entry.isDirectory() && depth < DEEPEST));
  for (const entry of below) await load(root, join(path, entry.name), tree, depth + 1);
}
