// What is asked of the person at the terminal before nodes can be reached.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedLab, startEmbeddedLab } from '@heorot/lab';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runDsh } from '../testing/run-dsh.ts';

let folder: string;
let lab: EmbeddedLab;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-dsh-stage-'));
  lab = await startEmbeddedLab({ folder: join(folder, 'lab'), nodes: 2, access: { passphrase: 'sesame' } });
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

it('says that a passphrase was wrong before it asks again', async () => {
  const answers = ['barley\r', 'rye\r', 'sesame\r'];
  const { code, stdout, stderr } = await runDsh(
    ['--cluster', await clusterWith(lab.encryptedIdentity), '-a', '-b', '--no-history', 'true'],
    {
      cwd: folder,
      env: { XDG_STATE_HOME: folder },
      watch: ({ stderr: said }, _, type) => {
        const asked = said.split(': ').length - 1;
        const answered = 3 - answers.length;
        if (said.endsWith(': ') && asked > answered) setImmediate(type, answers.shift() ?? '');
      },
    },
  );
  const key = lab.encryptedIdentity ?? '';
  expect(stderr).toMatch(/2 of 2 ok/);
  expect(stderr.split('\n').slice(0, 3)).toEqual([
    `passphrase of ${key}: `,
    `wrong passphrase; again, of ${key}: `,
    `wrong passphrase; again, of ${key}: `,
  ]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
});

async function clusterWith(identity: string | undefined): Promise<string> {
  const path = join(folder, 'cluster.yaml');
  const nodes = lab.nodes.map(({ name, address, port }) => [name, { address, port }]);
  const defaults = { identity, knownHosts: lab.knownHosts };
  await writeFile(path, JSON.stringify({ defaults, nodes: Object.fromEntries(nodes) }), { mode: 0o600 });
  return path;
}
