// An Ansible inventory, INI or YAML: hosts with their variables, groups with hosts and children. Variables of groups are
// not for us; of a host's, `ansible_host`, `ansible_port` and `ansible_user` are settings and plain others are labels.
import type { GroupTable, SourcedSettings } from '../groups/group-source.ts';
import { isHostName } from '../host-name/host-name.ts';
import { parseAnsibleIni } from './ansible-ini.ts';
import { parseAnsibleYaml } from './ansible-yaml.ts';
import { formatError, type PortableInventory, type PortableNode } from './portable-inventory.ts';

/** What both notations say. */
export interface AnsibleInventory {
  /** Host to its variables. */
  readonly hosts: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Group to its own hosts and the names of its children. */
  readonly groups: ReadonlyMap<string, AnsibleGroup>;
}

interface AnsibleGroup {
  readonly hosts: readonly string[];
  readonly children: readonly string[];
}

/** @param path tells the notation: `.yml`, `.yaml` and `.json` are YAML, all else INI. @throws HeorotError `format-invalid` */
export async function parseAnsible(text: string, path: string): Promise<AnsibleInventory> {
  return /\.(ya?ml|json)$/.test(path) ? await parseAnsibleYaml(text, path) : parseAnsibleIni(text, path);
}

/** Ansible's groups as a group source: `all` and `ungrouped` are there as in Ansible. */
export async function ansibleGroups(text: string, path: string): Promise<GroupTable> {
  const inventory = await parseAnsible(text, path);
  const { nodes, groups } = portableFromAnsible(inventory, path);
  const settings = new Map<string, SourcedSettings>();
  for (const { name, address, user, port } of nodes) {
    settings.set(name, {
      ...(address !== undefined && isHostName(address) ? { address } : {}),
      ...(user === undefined ? {} : { user }),
      ...(port === undefined ? {} : { port }),
    });
  }
  const all = [...inventory.hosts.keys()];
  const grouped = new Set(
    [...inventory.groups].flatMap(([name, { hosts }]) => (name === 'all' ? [] : hosts)),
  );
  const ungrouped = all.filter((host) => !grouped.has(host));
  return { groups: new Map([...groups, ['all', all], ['ungrouped', ungrouped]]), all, settings };
}

/** @throws HeorotError `format-invalid` for an address or port that is none */
export function portableFromAnsible({ hosts, groups }: AnsibleInventory, path: string): PortableInventory {
  const members = new Map<string, readonly string[]>();
  for (const [name, group] of groups) {
    if (name === 'all' || name === 'ungrouped') continue;
    members.set(name, [...group.hosts, ...group.children.map((child) => `@${child}`)]);
  }
  return { nodes: [...hosts].map(([name, variables]) => nodeOf(name, variables, path)), groups: members };
}

function nodeOf(name: string, variables: ReadonlyMap<string, string>, path: string): PortableNode {
  const address = variables.get('ansible_host') ?? variables.get('ansible_ssh_host');
  const user = variables.get('ansible_user') ?? variables.get('ansible_ssh_user');
  const port = variables.get('ansible_port') ?? variables.get('ansible_ssh_port');
  if (address !== undefined && !isHostName(address)) {
    throw formatError(
      path,
      1,
      `${name}: ansible_host '${address}' is not an address`,
      'templates ({{ }}) cannot be imported',
    );
  }
  if (port !== undefined && !/^\d{1,5}$/.test(port))
    throw formatError(path, 1, `${name}: ansible_port '${port}' is not a port`);
  const labels = [...variables].filter(([variable]) => !variable.startsWith('ansible_'));
  return {
    name,
    ...(address === undefined || address === name ? {} : { address }),
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port: Number(port) }),
    labels: Object.fromEntries(labels),
  };
}

/** The variables of a host, in the order in which they are printed. */
export function ansibleVariables({
  address,
  user,
  port,
  labels,
}: PortableNode): readonly (readonly [string, string])[] {
  const settings: (readonly [string, string])[] = [];
  if (address !== undefined) settings.push(['ansible_host', address]);
  if (port !== undefined) settings.push(['ansible_port', String(port)]);
  if (user !== undefined) settings.push(['ansible_user', user]);
  return [
    ...settings,
    ...Object.entries(labels).map(([label, value]) => [ansibleWord(label), value] as const),
  ];
}

/** Ansible's names of groups and variables are words: letters, digits, `_`. */
export function ansibleWord(name: string): string {
  return name.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_');
}
