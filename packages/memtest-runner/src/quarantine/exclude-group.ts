// A dsh group file (`~/.dsh/group/quarantine`) that names the nodes in quarantine, for `dsh -a -X quarantine`. Our lines end in a mark
// of ours: what others wrote in the same file stays as it is, and only our lines are taken out again.
import { resolve } from 'node:path';
import { HeorotError } from '@heorot/inventory';
import { OWN_PREFIX, type QuarantinedNode } from './quarantine-list.ts';

export interface GroupChange {
  readonly text: string;
  /** Nodes that were not in the file, or are not any more. */
  readonly changed: readonly string[];
}

/** A node that is named already is not named twice, whoever named it. */
export function addToGroup(text: string, wanted: readonly QuarantinedNode[]): GroupChange {
  const named = new Set(lines(text).map(nodeOf));
  const fresh = wanted.filter(({ node }) => !named.has(node));
  const added = fresh.map(({ node, reason }) => `${node} # ${reason}`);
  return {
    text: [...lines(text), ...added].map((line) => `${line}\n`).join(''),
    changed: fresh.map(({ node }) => node),
  };
}

/** @param among only these nodes; undefined: all that are ours */
export function removeFromGroup(text: string, among: ReadonlySet<string> | undefined): GroupChange {
  const isOurs = (line: string): boolean =>
    line.includes(` # ${OWN_PREFIX}`) && (among === undefined || among.has(nodeOf(line)));
  const kept = lines(text).filter((line) => !isOurs(line));
  return { text: kept.map((line) => `${line}\n`).join(''), changed: lines(text).filter(isOurs).map(nodeOf) };
}

function lines(text: string): readonly string[] {
  const all = text.split('\n');
  return all.at(-1) === '' ? all.slice(0, -1) : all;
}

function nodeOf(line: string): string {
  return line.replace(/#.*/, '').trim();
}

/** A group of that name in dsh's own folder, or the file itself. @throws HeorotError `usage` for a name that is none */
export function groupFile(name: string, home: string | undefined, cwd: string): string {
  if (name.includes('/')) return resolve(cwd, name);
  if (home === undefined || !/^[A-Za-z0-9][\w.-]*$/.test(name)) {
    throw new HeorotError('usage', `'${name}' is no name of a group`, {
      hint: 'give a name, or the path of a file',
    });
  }
  return `${home}/.dsh/group/${name}`;
}
