// Ansible's YAML inventory: groups of `hosts`, `children` and `vars`, nested from `all`.
import { type AnsibleInventory, ansibleVariables, ansibleWord } from './ansible.ts';
import { expandAnsibleHosts } from './ansible-hosts.ts';
import { formatError, type PortableInventory } from './portable-inventory.ts';
import { yamlText } from './yaml-text.ts';

/** @throws HeorotError `format-invalid` with file:line */
export async function parseAnsibleYaml(text: string, path: string): Promise<AnsibleInventory> {
  const { isMap, isScalar, LineCounter, parseDocument } = await import('./yaml-library.ts');
  const lines = new LineCounter();
  const document = parseDocument(text, {
    schema: 'failsafe',
    merge: true,
    lineCounter: lines,
    prettyErrors: false,
  });
  const [broken] = document.errors;
  if (broken) throw formatError(path, lines.linePos(broken.pos[0]).line, broken.message);

  const hosts = new Map<string, Map<string, string>>();
  const groups = new Map<string, { hosts: string[]; children: string[] }>();
  const lineOf = (node: unknown) => {
    const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
    return Array.isArray(range) && typeof range[0] === 'number' ? lines.linePos(range[0]).line : 1;
  };
  const pairsOf = (node: unknown, what: string) => {
    if (isMap(node)) return node.items;
    if (node === null || node === undefined || (isScalar(node) && String(node.value) === '')) return [];
    throw formatError(path, lineOf(node), `expected ${what}`);
  };

  function readGroup(name: string, node: unknown): void {
    const group = groups.get(name) ?? { hosts: [], children: [] };
    groups.set(name, group);
    for (const { key, value } of pairsOf(node, `group '${name}' with hosts, children or vars`)) {
      const part = String(key);
      if (part === 'hosts')
        for (const host of pairsOf(value, 'hosts, each with a colon'))
          group.hosts.push(...readHosts(host.key, host.value));
      if (part !== 'children') continue;
      for (const child of pairsOf(value, 'groups, each with a colon')) {
        group.children.push(String(child.key));
        readGroup(String(child.key), child.value);
      }
    }
  }

  function readHosts(key: unknown, node: unknown): readonly string[] {
    const names = expandAnsibleHosts(String(key), path, lineOf(key));
    for (const name of names) {
      const variables = hosts.get(name) ?? new Map<string, string>();
      hosts.set(name, variables);
      // Lists and maps cannot be labels.
      for (const { key: variable, value } of pairsOf(node, `the variables of ${name}`)) {
        if (isScalar(value)) variables.set(String(variable), String(value.value));
      }
    }
    return names;
  }

  for (const { key, value } of pairsOf(document.contents, 'groups')) readGroup(String(key), value);
  return { hosts, groups };
}

/** Every host once under `all`, then the groups as its children. */
export function printAnsibleYaml({ nodes, groups }: PortableInventory): string {
  const lines = ['all:', '  hosts:'];
  for (const node of nodes) {
    lines.push(`    ${yamlText(node.name)}:`);
    for (const [key, value] of ansibleVariables(node))
      lines.push(`      ${key}: ${key === 'ansible_port' ? value : yamlText(value)}`);
  }
  if (groups.size > 0) lines.push('  children:');
  for (const [group, members] of groups) {
    lines.push(
      `    ${ansibleWord(group)}:`,
      '      hosts:',
      ...members.map((name) => `        ${yamlText(name)}:`),
    );
  }
  return `${lines.join('\n')}\n`;
}
