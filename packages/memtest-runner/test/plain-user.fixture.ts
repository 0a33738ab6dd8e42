// The built tool as a user without root's powers types it on the head of a namespaces lab.
import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NamespacesLab } from '@heorot/lab';
import type { MemtestResult } from '../src/testing/run-memtest.ts';
import { type Answer, answerOf } from './head.fixture.ts';

/** The built tool, typed on this machine by the plain user whom the lab's nodes know. */
export async function asPlainUser(
  lab: NamespacesLab,
  env: Readonly<Record<string, string>>,
  argv: readonly string[],
): Promise<Answer> {
  const desk = mkdtempSync(join(tmpdir(), 'burn-in-user-'));
  mkdirSync(join(desk, 'keys'));
  for (const file of ['cluster.yaml', 'known_hosts', 'keys/id_ed25519'])
    copyFileSync(join(lab.folder, file), join(desk, file));
  // The programs that were built for others: this is no test of the compiler.
  cpSync(env['XDG_CACHE_HOME'] ?? '', join(desk, 'cache'), { recursive: true });
  const tool = join(import.meta.dirname, '../../heorot/dist/bin/memtest-runner.js');
  const script = `chown -R 4242:4242 "$0" && mount --bind "$1/passwd" /etc/passwd && mount --bind "$1/group" /etc/group && shift &&
    exec setpriv --reuid=4242 --regid=4242 --clear-groups "$@"`;
  const typed = [
    '--mount',
    'sh',
    '-c',
    script,
    desk,
    join(lab.folder, 'nodes/n1/etc'),
    process.execPath,
    tool,
  ];
  const variables = {
    HOME: desk,
    HEOROT_CLUSTER: join(desk, 'cluster.yaml'),
    XDG_STATE_HOME: join(desk, 'state'),
  };
  const options = { env: { ...env, ...variables, XDG_CACHE_HOME: join(desk, 'cache') } };
  try {
    const done = new Promise<MemtestResult>((resolve) => {
      execFile('unshare', [...typed, ...argv], options, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
      );
    });
    return await answerOf({ done });
  } finally {
    rmSync(desk, { recursive: true, force: true, maxRetries: 10 });
  }
}
