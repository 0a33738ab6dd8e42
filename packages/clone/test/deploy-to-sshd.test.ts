// From `clone serve` to "deployed": a fake machine that, when it is told to restart, becomes a real sshd in a namespace, with the
// host key and the files that the head gave it. So the last step is as real as the first: strict host keys, own name, image id.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headFolder } from '../src/protocol/head-folder.ts';
import { bootFakeNode, type FakeEnding } from '../src/testing/fake-node.ts';
import { makeGoldenImage } from '../src/testing/golden-image.ts';
import { runClone } from '../src/testing/run-clone.ts';
import { macOf, oneDisk } from '../src/testing/service-fixture.ts';

const run = promisify(execFile);
const address = '127.77.5.1';
const port = 2277;
let folder: string;
let url = '';
let env: Record<string, string>;
let sshd: ChildProcess | undefined;
const stop = new AbortController();
let serving: Promise<unknown>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-deploy-'));
  env = { HOME: folder, XDG_STATE_HOME: folder };
  await makeGoldenImage(headFolder(join(folder, 'heorot', 'clone')), 'base@1');
  await mkdir(join(folder, '.ssh'), { mode: 0o700 });
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, '.ssh', 'id_ed25519')]);
  await writeFile(
    join(folder, 'cluster.yaml'),
    `cluster: test
defaults: {user: root, port: ${port}, identity: .ssh/id_ed25519, knownHosts: known_hosts}
nodes:
  n1:
    address: ${address}
macs: macs.csv
`,
  );
  await writeFile(join(folder, 'macs.csv'), `n1,${macOf('n1')}\n`);
  const listening = Promise.withResolvers<string>();
  serving = runClone(
    ['serve', '--listen', '127.0.0.1:0', '--console-command', `cat ${join(folder, 'console')}`],
    {
      env,
      cwd: folder,
      signal: stop.signal,
      heard: (line) => {
        const found = /^serving (\S+);/.exec(line)?.[1];
        if (found !== undefined) listening.resolve(found);
      },
    },
  ).then((result) => {
    listening.reject(new Error(result.stderr));
    return result;
  });
  url = await listening.promise;
});

afterAll(async () => {
  sshd?.kill('SIGKILL');
  stop.abort();
  await serving;
  await rm(folder, { recursive: true });
});

const clone = (...argv: readonly string[]) => runClone(argv, { env, cwd: folder });

async function boot(console?: (line: string) => void): Promise<FakeEnding> {
  const signingKey = createPublicKey(await readFile(headFolder(join(folder, 'heorot', 'clone')).publicKey));
  return bootFakeNode({
    head: url,
    mac: macOf('n1'),
    disks: oneDisk,
    signingKey,
    ...(console === undefined ? {} : { console }),
  });
}

/** What the firmware would do with the disk: the files of the secrets become the system, in namespaces of their own. */
async function restart(secrets: Buffer, image: string): Promise<void> {
  const root = join(folder, 'disk');
  await mkdir(root, { recursive: true });
  await writeFile(join(folder, 'secrets.tar'), secrets);
  await run('tar', ['-xf', join(folder, 'secrets.tar'), '-C', root]);
  await writeFile(join(root, 'image'), image);
  await run('cp', [join(folder, '.ssh', 'id_ed25519.pub'), join(root, 'keys')]);
  const script = `set -e
echo n1 > /proc/sys/kernel/hostname
mount -t tmpfs tmpfs /mnt; mkdir -p /mnt/up /mnt/work /run/sshd
mount -t overlay -o lowerdir=/etc,upperdir=/mnt/up,workdir=/mnt/work overlay /etc
mkdir -p /etc/heorot; cp '${root}/image' /etc/heorot/image
exec /usr/sbin/sshd -D -e -f /dev/null -p ${port} -h '${root}/root/etc/ssh/ssh_host_ed25519_key' -o ListenAddress=${address} \
  -o AuthorizedKeysFile='${root}/keys' -o StrictModes=no -o PidFile=none -o UsePAM=no -o PermitRootLogin=yes`;
  sshd = spawn('unshare', ['--mount', '--uts', '--propagation', 'private', 'sh', '-c', script], {
    stdio: 'ignore',
  });
}

describe('clone serve', () => {
  it('takes a node to its first strict answer over ssh, vouched for by its console', async () => {
    expect(await clone('boot', 'discover', '-w', 'n1')).toMatchObject({ code: 0 });
    await writeFile(join(folder, 'console'), '');
    expect(await boot()).toMatchObject({ kind: 'end', how: 'poweroff' });
    const deployed = clone('deploy', 'base', '-w', 'n1', '--trust', 'console', '--yes', '--json');
    while ((await clone('status')).stdout.match(/script +1/) === null) await sleep(50);

    const ending = await boot(
      (line) => void writeFile(join(folder, 'console'), `[    5.1] noise\r\n${line}\r\n`),
    );
    expect(ending).toMatchObject({ kind: 'done' });
    if (ending.kind !== 'done' || ending.secrets === undefined) return;
    const image = `base@1 ${/sha256:[0-9a-f]{64}/.exec((await clone('plan', 'base', '-w', 'n1', '--json')).stdout)?.[0] ?? ''}`;
    await restart(ending.secrets, `${image}\n`);
    const result = await deployed;
    expect(result).toMatchObject({ code: 0 });
    expect(JSON.parse(result.stdout)).toMatchObject({ nodes: [{ node: 'n1', state: 'deployed' }] });

    const { stdout } = await run('ssh', [
      '-i',
      join(folder, '.ssh', 'id_ed25519'),
      '-o',
      'StrictHostKeyChecking=yes',
      '-o',
      `UserKnownHostsFile=${join(folder, 'known_hosts')}`,
      '-p',
      String(port),
      `root@${address}`,
      'cat /proc/sys/kernel/hostname',
    ]);
    expect(stdout).toBe('n1\n');
  });
});
