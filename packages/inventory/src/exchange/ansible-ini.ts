// Ansible's INI inventory: `[group]`, `[group:children]`, `[group:vars]`, hosts with `key=value` variables.
import { HeorotError } from '../error/heorot-error.ts';
import { type AnsibleInventory, ansibleVariables, ansibleWord } from './ansible.ts';
import { expandAnsibleHosts } from './ansible-hosts.ts';
import { formatError, type PortableInventory } from './portable-inventory.ts';

/** @throws HeorotError `format-invalid` with file:line */
export function parseAnsibleIni(text: string, path: string): AnsibleInventory {
  const hosts = new Map<string, Map<string, string>>();
  const groups = new Map<string, { hosts: string[]; children: string[] }>();
  let section = { group: 'ungrouped', kind: 'hosts' };
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const number = index + 1;
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const heading = /^\[(?<group>[^:\]\s]+)(?::(?<kind>\w+))?\](?:\s*#.*)?$/.exec(line)?.groups;
    if (heading) {
      section = { group: heading.group ?? '', kind: heading.kind ?? 'hosts' };
      if (!['hosts', 'children', 'vars'].includes(section.kind)) {
        throw formatError(path, number, `[${section.group}:${section.kind}]: expected :children or :vars`);
      }
      if (!groups.has(section.group)) groups.set(section.group, { hosts: [], children: [] });
      continue;
    }
    if (section.kind === 'vars') continue;
    const words = shellWords(line, path, number);
    const [first = '', ...assignments] = words;
    const group = groups.get(section.group);
    if (section.kind === 'children') {
      group?.children.push(first);
      continue;
    }
    const { pattern = first, port } =
      /^(?<pattern>[^:]*(?:\[[^\]]*\][^:]*)*):(?<port>\d+)$/.exec(first)?.groups ?? {};
    for (const name of expandAnsibleHosts(pattern, path, number)) {
      const variables = hosts.get(name) ?? new Map<string, string>();
      hosts.set(name, variables);
      if (port !== undefined) variables.set('ansible_port', port);
      for (const assignment of assignments) {
        const equals = assignment.indexOf('=');
        if (equals <= 0) throw formatError(path, number, `'${assignment}': expected key=value`);
        variables.set(assignment.slice(0, equals), assignment.slice(equals + 1));
      }
      group?.hosts.push(name);
    }
  }
  return { hosts, groups };
}

// Words as shlex splits them: quotes group, a blank before `#` starts a comment.
function shellWords(line: string, path: string, number: number): readonly string[] {
  const words: string[] = [];
  const pattern = /\s*(?:(#.*)|((?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'])+))/y;
  while (pattern.lastIndex < line.length) {
    const [, comment, word] = pattern.exec(line) ?? [];
    if (comment !== undefined) break;
    if (word === undefined) throw formatError(path, number, 'a quote is not closed');
    words.push(
      word.replace(
        /"((?:[^"\\]|\\.)*)"|'([^']*)'/g,
        (_, double?: string, single?: string) => single ?? double?.replace(/\\(.)/g, '$1') ?? '',
      ),
    );
  }
  return words;
}

/** Every host once with its variables, then the groups. */
export function printAnsibleIni({ nodes, groups }: PortableInventory): string {
  const hosts = nodes.map((node) =>
    [node.name, ...ansibleVariables(node).map(([key, value]) => `${key}=${quoted(value)}`)].join(' '),
  );
  const sections = [...groups].map(
    ([group, members]) => `[${ansibleWord(group)}]\n${members.map((name) => `${name}\n`).join('')}`,
  );
  return [`${hosts.join('\n')}\n`, ...sections].join('\n');
}

function quoted(value: string): string {
  if (/[\r\n]/.test(value)) {
    throw new HeorotError('format-unsuited', `Ansible's INI cannot hold a value of several lines`, {
      hint: 'export as ansible-yaml',
    });
  }
  return /^[^\s"'#\\]+$/.test(value) ? value : `"${value.replace(/(["\\])/g, '\\$1')}"`;
}
