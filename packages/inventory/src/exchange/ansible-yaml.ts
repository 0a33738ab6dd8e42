// Ansible's YAML inventory: groups of `hosts`, `children` and `vars`, nested from `all`.
import { type AnsibleInventory, ansibleVariables, ansibleWord } from './ansible.ts';
import { expandAnsibleHosts } from './ansible-hosts.ts';
import type { PortableInventory } from './portable-inventory.ts';
import { yamlText } from './yaml-text.ts';
import { parseYamlTree } from './yaml-tree.ts';

/** @throws HeorotError `format-invalid` with file:line */
export async function parseAnsibleYaml(text: string, path: string): Promise<AnsibleInventory> {
  const { root, pairsOf, textOf, plainText, lineOf } = await parseYamlTree(text, path);
  const hosts = new Map<string, Map<string, string>>();
  const groups = new Map<string, { hosts: string[]; children: string[] }>();

  function readGroup(name: string, node: unknown): void {
    const group = groups.get(name) ?? { hosts: [], children: [] };
    groups.set(name, group);
    for (const { key, value } of pairsOf(node, `group '${name}' with hosts, children or vars`)) {
      const part = plainText(key);
      if (part === 'hosts') {
        for (const host of pairsOf(value, 'hosts, each with a colon'))
          group.hosts.push(...readHosts(host.key, host.value));
      } else if (part === 'children') {
        for (const child of pairsOf(value, 'groups, each with a colon')) {
          const childName = textOf(child.key, 'the name of a group');
          group.children.push(childName);
          readGroup(childName, child.value);
        }
      }
    }
  }

  function readHosts(key: unknown, node: unknown): readonly string[] {
    const names = expandAnsibleHosts(textOf(key, 'a host'), path, lineOf(key));
    for (const name of names) {
      const variables = hosts.get(name) ?? new Map<string, string>();
      hosts.set(name, variables);
      for (const variable of pairsOf(node, `the variables of ${name}`)) {
        const value = plainText(variable.value);
        // Lists and maps cannot be labels.
        if (value !== undefined) variables.set(textOf(variable.key, 'the name of a variable'), value);
      }
    }
    return names;
  }

  for (const { key, value } of pairsOf(root, 'groups')) readGroup(textOf(key, 'the name of a group'), value);
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
