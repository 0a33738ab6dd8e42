// The `macs:` file: `node,mac` a line, learnt by tools. Append-only, so that two writers never lose a line; the last one wins.
import { appendFile } from 'node:fs/promises';
import { HeorotError } from '../error/heorot-error.ts';
import { parseHostName } from '../host-name/host-name.ts';
import type { Inventory } from './inventory.ts';
import { parseMac } from './mac-address.ts';
import { readTrustedFile, type UserId } from './trusted-file.ts';

/** Node name to MAC. A file that is not there yet is empty. @throws HeorotError `macs-invalid` with file:line */
export async function readMacs(path: string, userId: UserId): Promise<ReadonlyMap<string, string>> {
  try {
    return parseMacs(await readTrustedFile(path, userId), path);
  } catch (error) {
    if (error instanceof HeorotError && error.code === 'file-missing') return new Map();
    throw error;
  }
}

/** Blank lines, `#` comments and a `node,mac` heading are passed over. */
export function parseMacs(text: string, path: string): ReadonlyMap<string, string> {
  const macs = new Map<string, string>();
  for (const [index, line] of text.split('\n').entries()) {
    const [node = '', mac = '', ...rest] = line
      .replace(/#.*/, '')
      .trim()
      .split(',')
      .map((field) => field.trim());
    if (node === '' && mac === '') continue;
    if (node === 'node' && mac === 'mac') continue;
    const parsed = parseMac(mac);
    if (parsed === undefined || rest.length > 0) {
      throw new HeorotError('macs-invalid', `${path}:${index + 1}: expected node,mac`, {
        hint: 'one node a line: n001,52:54:00:12:34:56',
      });
    }
    macs.set(node, parsed);
  }
  return macs;
}

/** {@link recordMacs} for one node. */
export async function recordMac(
  inventory: Inventory,
  node: string,
  mac: string,
  userId: UserId,
): Promise<void> {
  await recordMacs(inventory, new Map([[node, mac]]), userId);
}

/**
 * Records the MACs of nodes in the file that `macs:` of the cluster file names. The open inventory does not change.
 * All or none: nothing is written when one of them is refused.
 *
 * @param learnt node name to MAC, in any spelling
 * @throws HeorotError `macs-nowhere` without a `macs:` key, `mac-invalid`, `mac-taken` when another node has it
 */
export async function recordMacs(
  inventory: Inventory,
  learnt: ReadonlyMap<string, string>,
  userId: UserId,
): Promise<void> {
  const path = inventory.macsFile;
  if (path === undefined) {
    throw new HeorotError('macs-nowhere', 'there is no file to record MAC addresses in', {
      hint: `add \`macs: macs.csv\` to ${inventory.path ?? 'a cluster file'}`,
    });
  }
  const known = await readMacs(path, userId);
  const ownerOf = new Map([...known].map(([node, mac]) => [mac, node]));
  const lines: string[] = [];
  for (const [node, text] of learnt) {
    const mac = parseMac(text);
    if (mac === undefined) throw new HeorotError('mac-invalid', `'${text}' is not a MAC address`);
    const owner = ownerOf.get(mac);
    if (owner !== undefined && owner !== node) {
      throw new HeorotError('mac-taken', `${mac} belongs to ${owner} already`, {
        hint: `remove its line from ${path}`,
      });
    }
    ownerOf.set(mac, node);
    if (known.get(node) !== mac) lines.push(`${parseHostName(node)},${mac}\n`);
  }
  if (lines.length > 0) await appendFile(path, lines.join(''), { mode: 0o644 });
}
