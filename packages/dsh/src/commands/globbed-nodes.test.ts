import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { refuseGlobbedNodes } from './globbed-nodes.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-globbed-'));
  for (const name of ['n1', 'n2', 'run7', 'date']) await writeFile(join(folder, name), '');
});
afterAll(() => rm(folder, { recursive: true }));

it('a node set that the shell has taken for a pattern of file names is refused', () => {
  expect(() => refuseGlobbedNodes(['n1'], ['n2', 'uname', '-r'], folder)).toThrow(
    expect.objectContaining({
      code: 'usage',
      message: 'your shell has put file names in the place of a node set: n1 n2',
      hint: "quote the node set: -w 'n[...]'; to run n2 all the same: -e n2",
    }),
  );
});

it.each([
  ['a command that is no file here', ['n1'], ['n9']],
  ['nodes that are no files here', ['n8'], ['n2']],
  ['a file of another make', ['n1'], ['run7']],
  ['a name without digits', ['n1'], ['date']],
  ['a node set that came through', ['n[1-2]'], ['n2']],
  ['no command', ['n1'], []],
])('%s is fine', (_, nodes, operands) => {
  expect(() => refuseGlobbedNodes(nodes, operands, folder)).not.toThrow();
});
