// Prometheus file_sd: a JSON list of `{targets, labels}`; one entry a node, its groups in the label `groups`.
import { HeorotError } from '../error/heorot-error.ts';
import { isHostName } from '../host-name/host-name.ts';
import { addTo, formatError, type PortableInventory, type PortableNode } from './portable-inventory.ts';

/** @param port what is scraped on each node; 9100 is node_exporter's */
export function printPrometheus({ nodes, groups }: PortableInventory, port = 9100): string {
  const groupsOf = new Map<string, string[]>();
  for (const [group, members] of groups) for (const name of members) addTo(groupsOf, name, group);
  const entries = nodes.map(({ name, address = name, labels }) => ({
    targets: [`${address.includes(':') ? `[${address}]` : address}:${port}`],
    labels: {
      node: name,
      ...(groupsOf.has(name) ? { groups: groupsOf.get(name)?.join(',') } : {}),
      ...Object.fromEntries(Object.entries(labels).map(([label, value]) => [labelName(label), value])),
    },
  }));
  return `${JSON.stringify(entries, undefined, 2)}\n`;
}

/** The scrape port is not kept: it is not the node's ssh port. @throws HeorotError `format-invalid` */
export function parsePrometheus(text: string, path: string): PortableInventory {
  const entries = parseJson(text, path);
  if (!Array.isArray(entries)) throw formatError(path, 1, 'expected a list of {targets, labels}');
  const nodes = new Map<string, PortableNode>();
  const groups = new Map<string, string[]>();
  for (const [index, entry] of entries.entries()) {
    const targets: unknown = entry?.targets;
    if (!Array.isArray(targets)) throw formatError(path, 1, `entry ${index + 1} has no \`targets\` list`);
    const { node, groups: groupList = '', ...labels } = textsOf(entry.labels);
    for (const target of targets) {
      const address = /^\[?(.*?)\]?(?::\d+)?$/.exec(String(target))?.[1] ?? '';
      const name = node !== undefined && targets.length === 1 ? node : address;
      if (!isHostName(address) || !isHostName(name)) {
        throw formatError(path, 1, `entry ${index + 1}: target '${String(target)}' is not host:port`);
      }
      nodes.set(name, {
        name,
        ...(address === name ? {} : { address }),
        labels: { ...nodes.get(name)?.labels, ...labels },
      });
      for (const group of groupList.split(',').filter(Boolean)) addTo(groups, group, name);
    }
  }
  return { nodes: [...nodes.values()], groups };
}

function textsOf(labels: unknown): Record<string, string> {
  if (typeof labels !== 'object' || labels === null) return {};
  // Labels that start with `__` are Prometheus' own.
  return Object.fromEntries(
    Object.entries(labels).flatMap(([label, value]) =>
      label.startsWith('__') ? [] : [[label, String(value)]],
    ),
  );
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const offset = cause instanceof Error ? Number(/position (\d+)/.exec(cause.message)?.[1] ?? 0) : 0;
    throw new HeorotError('format-invalid', `${path}:${text.slice(0, offset).split('\n').length}: not JSON`, {
      cause,
    });
  }
}

function labelName(label: string): string {
  return label.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_');
}
