// NFS exports (exports(5)): who may mount, and whether their root is root here.
import { type NodeAnswer, rowsOf } from '../ask/parse-answer.ts';
import type { Finding } from '../finding.ts';

interface Export {
  readonly path: string;
  readonly client: string;
  readonly options: readonly string[];
}

export function judgeExports(answer: NodeAnswer): readonly Finding[] {
  const files = Map.groupBy(rowsOf(answer, 'export'), ([file = '']) => file);
  const exported = [...files.values()].flatMap((rows) =>
    parseExports(rows.map(([, ...text]) => text.join('\t')).join('\n')),
  );
  // The kernel shows what the files say a second time.
  return [...new Map(exported.flatMap(findingsOf).map((finding) => [finding.what, finding])).values()];
}

/** `/path client(options) client(options)`; a path without a client is open to all, and so is ` (options)` after a blank. */
export function parseExports(text: string): readonly Export[] {
  const lines = text
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.replace(/#.*$/, '').trim())
    .filter((line) => line !== '');
  return lines.flatMap((line) => {
    const [, quoted, plain, rest = ''] = /^(?:"([^"]+)"|(\S+))\s*(.*)$/.exec(line) ?? [];
    const path = quoted ?? plain ?? '';
    const words = rest.split(/\s+/).filter((word) => word !== '');
    const defaults = words.filter((word) => word.startsWith('-')).flatMap((word) => word.slice(1).split(','));
    const clients = words.filter((word) => !word.startsWith('-'));
    return (clients.length === 0 ? ['*'] : clients).map((word) => {
      const [, client = '', options = ''] = /^([^(]*)(?:\((.*)\))?$/.exec(word) ?? [];
      return { path, client: client === '' ? '*' : client, options: [...defaults, ...options.split(',')] };
    });
  });
}

const everybody = /^(\*|<world>|0\.0\.0\.0(\/0|\/0\.0\.0\.0)?|::\/0|gss\/krb5.*)$/;

function findingsOf({ path, client, options }: Export): readonly Finding[] {
  const kerberos = options.some((option) => option.startsWith('sec=krb5')) || client.startsWith('gss/');
  const world = everybody.test(client) && !kerberos;
  const writable = options.includes('rw');
  const rootIsRoot = options.includes('no_root_squash') && !options.includes('all_squash');
  const findings: Finding[] = [];
  if (world) {
    findings.push({
      check: 'exports',
      id: 'exports-world',
      severity: writable ? 'high' : 'medium',
      what: `${path} is exported over NFS to everybody${writable ? ', for writing' : ''}`,
      why: 'whoever reaches this node mounts it and is any user there',
      fix: [
        `/etc/exports: ${path} 10.1.0.0/16(${writable ? 'rw' : 'ro'},root_squash)   # your network`,
        'exportfs -ra',
      ],
    });
  }
  if (rootIsRoot) {
    findings.push({
      check: 'exports',
      id: 'exports-root',
      severity: world ? 'high' : 'medium',
      what: `${path} is exported over NFS to ${client} with no_root_squash`,
      why: 'root of a client is root here: a set-uid file left there makes any user root',
      fix: [
        `/etc/exports: ${path} ${client === '*' ? '10.1.0.0/16' : client}(...,root_squash)`,
        'exportfs -ra',
      ],
    });
  }
  return findings;
}
