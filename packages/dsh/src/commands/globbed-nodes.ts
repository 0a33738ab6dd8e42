// `dsh -w n[1-2] uname` in a folder that holds files n1 and n2: the shell makes `dsh -w n1 n2 uname` of it, and n1
// would be told to run `n2 uname`. That is certain enough to refuse (ClusterShell's issue 225 tells of it).
import { lstatSync } from 'node:fs';
import { resolve } from 'node:path';
import { HeorotError } from '@heorot/inventory';

/**
 * @param nodes the values of -w
 * @param operands the remote command
 * @throws HeorotError `usage` when the command begins with a file name that is made like a value of -w, a file name too
 */
export function refuseGlobbedNodes(nodes: readonly string[], operands: readonly string[], cwd: string): void {
  const [first] = operands;
  if (first === undefined || !/\d/.test(first)) return;
  const sibling = nodes.find((node) => node !== first && patternOf(node) === patternOf(first));
  if (sibling === undefined || !isThere(resolve(cwd, first)) || !isThere(resolve(cwd, sibling))) return;
  throw new HeorotError(
    'usage',
    `your shell has put file names in the place of a node set: ${sibling} ${first}`,
    {
      hint: `quote the node set: -w '${patternOf(first).replaceAll('#', '[...]')}'; to run ${first} all the same: -e ${first}`,
    },
  );
}

function patternOf(name: string): string {
  return name.replace(/\d+/g, '#');
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
