// The nodes of a cluster file by name: which entry each belongs to, and at which position, so that `address`, `mac`, `rack`
// and the BMC's address can be paired with it.
import { HeorotError } from '../error/heorot-error.ts';
import { isHostName, parseHostName } from '../host-name/host-name.ts';
import { NodeSet } from '../node-set/node-set.ts';
import type { NodeContent } from './cluster-schema.ts';
import { parseMac } from './mac-address.ts';
import { expandInOrder } from './name-pattern.ts';
import type { ClusterFile } from './read-cluster-file.ts';

/** One key of `nodes:`; the lists are as long as the key's names, or absent. */
interface NodeEntry {
  readonly key: string;
  readonly content: NodeContent;
  readonly addresses: readonly string[] | undefined;
  readonly bmcAddresses: readonly string[] | undefined;
  readonly macs: readonly string[] | undefined;
  readonly racks: readonly string[] | undefined;
}

export interface PlacedNode {
  readonly entry: NodeEntry;
  /** Index into the lists of the entry. */
  readonly position: number;
}

export type NodeTable = ReadonlyMap<string, PlacedNode>;

/**
 * @throws HeorotError `cluster-file-invalid`: lists of different lengths, a node in two keys, an address twice
 */
export function buildNodeTable(file: ClusterFile): NodeTable {
  const table = new Map<string, PlacedNode>();
  for (const [key, content] of Object.entries(file.content.nodes ?? {})) {
    const names = namesOf(file, key);
    const entry = buildEntry(file, key, content, names.length);
    for (const [position, name] of names.entries()) {
      const other = table.get(name);
      if (other) {
        const where =
          other.entry.key === key
            ? 'named twice here'
            : `also in '${other.entry.key}' (${file.where(['nodes', other.entry.key])})`;
        throw file.errorAt(['nodes', key], `${name} is ${where}`, {
          hint: 'a node belongs to one key; groups may overlap',
        });
      }
      table.set(name, { entry, position });
    }
  }
  refuseSharedAddresses(file, table);
  return table;
}

function namesOf(file: ClusterFile, key: string): readonly string[] {
  try {
    const names = /[!&^@*?]/.test(key) ? [...NodeSet.parse(key)] : expandInOrder(key);
    for (const name of names) parseHostName(name);
    return names;
  } catch (cause) {
    throw misread(file, ['nodes', key], cause);
  }
}

function buildEntry(file: ClusterFile, key: string, content: NodeContent, length: number): NodeEntry {
  const hostNames = (keys: readonly string[], pattern: string | undefined) => {
    const names = paired(file, ['nodes', key, ...keys], pattern, length);
    for (const name of names ?? []) {
      if (!isHostName(name)) throw misread(file, ['nodes', key, ...keys], refusalOf(name));
    }
    return names;
  };
  return {
    key,
    content,
    addresses: hostNames(['address'], content.address),
    bmcAddresses: hostNames(['bmc', 'address'], content.bmc?.address),
    macs: macsOf(file, key, content.mac, length),
    racks: racksOf(file, key, content.rack, length),
  };
}

function paired(file: ClusterFile, keys: readonly string[], pattern: string | undefined, length: number) {
  if (pattern === undefined) return undefined;
  const values = expandPattern(file, keys, pattern);
  const isShared =
    values.length === 1 && keys.at(-1) === 'address' && keys.length === 3 && sharesAddress(file, keys);
  if (isShared) return Array.from({ length }, () => values[0] ?? '');
  if (values.length !== length) throw lengthMismatch(file, keys, values.length, length);
  return values;
}

function sharesAddress(file: ClusterFile, [, key = '']: readonly string[]): boolean {
  return file.content.nodes?.[key]?.sharedAddress === true;
}

function macsOf(file: ClusterFile, key: string, macs: readonly string[] | undefined, length: number) {
  if (macs === undefined) return undefined;
  const keys = ['nodes', key, 'mac'];
  if (macs.length !== length) throw lengthMismatch(file, keys, macs.length, length);
  return macs.map((text) => {
    const mac = parseMac(text.trim());
    if (mac === undefined)
      throw file.errorAt(keys, `'${text}' is not a MAC address`, { hint: 'as in 52:54:00:12:34:56' });
    return mac;
  });
}

// One rack holds all nodes of the key, or each node has its own.
function racksOf(file: ClusterFile, key: string, pattern: string | undefined, length: number) {
  if (pattern === undefined) return undefined;
  const racks = expandPattern(file, ['nodes', key, 'rack'], pattern);
  if (racks.length === 1) return Array.from({ length }, () => racks[0] ?? '');
  if (racks.length !== length) throw lengthMismatch(file, ['nodes', key, 'rack'], racks.length, length);
  return racks;
}

function expandPattern(file: ClusterFile, keys: readonly string[], pattern: string): string[] {
  try {
    return expandInOrder(pattern);
  } catch (cause) {
    throw misread(file, keys, cause);
  }
}

function refuseSharedAddresses(file: ClusterFile, table: NodeTable): void {
  const takenBy = new Map<string, string>();
  const defaults = file.content.defaults;
  for (const [name, { entry, position }] of table) {
    const { content } = entry;
    if (content.sharedAddress === true || (content.transport ?? defaults?.transport) === 'local') continue;
    const address = entry.addresses?.[position] ?? name;
    const port = content.port ?? defaults?.port ?? 22;
    // The same private address behind two gateways is two machines.
    const place = `${address} ${port} ${content.gateway ?? defaults?.gateway ?? ''}`;
    const other = takenBy.get(place);
    if (other !== undefined) {
      throw file.errorAt(
        ['nodes', entry.key],
        `${name} and ${other} have the same address ${address}, port ${port}`,
        {
          hint: 'if this is meant, say `sharedAddress: true` on one of the two',
        },
      );
    }
    takenBy.set(place, name);
  }
}

function lengthMismatch(
  file: ClusterFile,
  keys: readonly string[],
  values: number,
  names: number,
): HeorotError {
  return file.errorAt(keys, `${values} for ${names} ${names === 1 ? 'node' : 'nodes'}`, {
    hint: 'names and values are paired by position: give as many values as names',
  });
}

function refusalOf(name: string): unknown {
  try {
    return parseHostName(name);
  } catch (cause) {
    return cause;
  }
}

function misread(file: ClusterFile, keys: readonly string[], cause: unknown): HeorotError {
  if (!(cause instanceof HeorotError)) throw cause;
  return file.errorAt(keys, cause.message, { hint: cause.hint, cause });
}
