// Lists of hosts, one a line: dsh group files, MPI machine files, /etc/hosts.
import { HeorotError } from '../error/heorot-error.ts';
import { isHostName, parseHostName } from '../host-name/host-name.ts';
import {
  formatError,
  meaningfulLines,
  type PortableInventory,
  type PortableNode,
} from './portable-inventory.ts';

/** An entry of a dsh group file: a name or a node-set expression, perhaps with a user. */
export interface DshEntry {
  readonly expression: string;
  readonly user: string | undefined;
}

/** `[user@]host` a line; ranges (`n[1-8]`) are ours, dsh itself does not know them. */
export function parseDshGroup(text: string, path: string): readonly DshEntry[] {
  return [...meaningfulLines(text)].map(({ line, number }) => {
    const { user, expression = '' } = /^(?:(?<user>[^@\s]+)@)?(?<expression>.+)$/.exec(line)?.groups ?? {};
    if (user !== undefined && !/^[A-Za-z0-9_][\w.-]*$/.test(user))
      throw formatError(path, number, `'${user}' is not a user name`);
    if (/\s/.test(expression) || expression.startsWith('-')) {
      throw formatError(path, number, `'${expression}' is not a host`, 'one host or node set a line');
    }
    return { expression, user };
  });
}

export function printHostList(names: readonly string[]): string {
  return names.map((name) => `${name}\n`).join('');
}

/**
 * An MPI machine file: `host`, `host:4`, `host slots=4 max_slots=8`, `host 4`; the slots become the label `slots`.
 * A host that stands in several lines has the slots of all, as mpirun counts them.
 */
export function parseMachineFile(text: string, path: string): PortableInventory {
  const slots = new Map<string, number>();
  const counted = new Set<string>();
  for (const { line, number } of meaningfulLines(text)) {
    const [first = '', ...options] = line.split(/\s+/);
    const [, name = first, colon] = /^([^:]+):(\d+)$/.exec(first) ?? [];
    const written =
      colon ?? options.map((option) => /^(?:slots=|cpu=)?(\d+)$/.exec(option)?.[1]).find(Boolean);
    const host = hostName(name, path, number);
    if (written !== undefined || slots.has(host)) counted.add(host);
    slots.set(host, (slots.get(host) ?? 0) + Number(written ?? 1));
  }
  const nodes = [...slots].map(([name, count]) => ({
    name,
    labels: counted.has(name) ? { slots: String(count) } : {},
  }));
  return { nodes, groups: new Map() };
}

/** The label `slots`, where it is a number, is kept. */
export function printMachineFile(nodes: readonly PortableNode[]): string {
  return printHostList(
    nodes.map(({ name, labels }) =>
      /^\d+$/.test(labels.slots ?? '') ? `${name} slots=${labels.slots}` : name,
    ),
  );
}

const NOT_NODES = /^(localhost|ip6-|broadcasthost|.*\.localdomain$|localhost\.)/;

/** hosts(5): the first name of a line is the node; this machine's own names and multicast are left out; IPv4 wins over IPv6. */
export function parseHosts(text: string, path: string): PortableInventory {
  const addresses = new Map<string, string>();
  for (const { line, number } of meaningfulLines(text)) {
    const [address = '', name] = line.split(/\s+/);
    if (name === undefined) throw formatError(path, number, 'an address without a name');
    if (/^(127\.|::1$|0\.0\.0\.0$|255\.|ff0|fe00::)/i.test(address) || NOT_NODES.test(name)) continue;
    const host = hostName(name, path, number);
    const known = addresses.get(host);
    if (known === undefined || (known.includes(':') && !address.includes(':')))
      addresses.set(host, hostName(address, path, number));
  }
  return {
    nodes: [...addresses].map(([name, address]) => ({ name, address, labels: {} })),
    groups: new Map(),
  };
}

/** @throws HeorotError `format-unsuited` for a node without an address in numbers */
export function printHosts(nodes: readonly PortableNode[]): string {
  return printHostList(
    nodes.map(({ name, address = name }) => {
      if (/^[0-9.]+$/.test(address) || address.includes(':')) return `${address}\t${name}`;
      throw new HeorotError('format-unsuited', `${name} has no address in numbers, which /etc/hosts needs`, {
        hint: 'give it an `address:` in the cluster file',
      });
    }),
  );
}

function hostName(text: string, path: string, line: number): string {
  if (isHostName(text)) return text;
  try {
    return parseHostName(text);
  } catch (cause) {
    if (!(cause instanceof HeorotError)) throw cause;
    throw formatError(path, line, cause.message, cause.hint);
  }
}
