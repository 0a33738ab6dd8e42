// A node that no longer boots is brought to an image from outside: its system does not run, but is mounted below a folder of something
// that has a busybox and no more, as `clone rescue` is. Needs root.
import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Lab, startNamespacesLab } from '@heorot/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CloneOptions, type CloneResult, runClone } from '../src/testing/run-clone.ts';

const run = promisify(execFile);
let folder: string;
let lab: Lab;

/** A system that can do the work: the programs it needs, with their libraries, and nothing else. */
const firstVersion = `
mkdir -p usr/bin usr/lib usr/lib64 usr/share proc dev tmp boot etc/ssh opt
for each in bin lib lib64; do ln -s usr/$each $each; done
ln -s bin usr/sbin
for each in sh find xargs sha256sum tar gzip zstd mv chmod chown touch rm rmdir mkdir cat head tr awk grep sed sort sync curl; do
  program=$(command -v $each)
  cp -L "$program" usr/bin/
  ldd "$program" | grep -o '/[^ ]*' | while read -r library; do cp -L --parents "$library" .; done
done
echo one >usr/bin/app; echo gone >usr/share/old; echo k1 >boot/vmlinuz-1; echo conf >etc/app.conf; echo image >etc/hostname`;

/** Also of a program that itself takes part in putting files in place. */
const secondVersion = `
printf x >>usr/bin/mv; echo two >usr/bin/app; chown 1234:1234 usr/bin/app; chmod 4750 usr/bin/app
rm usr/share/old; echo k2 >boot/vmlinuz-2; echo conf2 >etc/app.conf; echo image2 >etc/hostname`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-sync-mounted-'));
  lab = await startNamespacesLab({ folder: join(folder, 'lab'), nodes: 2 });
  await goldenAt('base@1', firstVersion);
  const { digest } = JSON.parse((await clone('image', 'show', 'base@1', '--json')).stdout);
  for (const node of ['n1', 'n2']) {
    await run('cp', ['-a', join(folder, 'golden'), at(node, '')]);
    await mkdir(at(node, 'etc/heorot'));
    await writeFile(at(node, 'etc/heorot/image'), `base@1 ${digest}\n`);
    await writeFile(at(node, 'etc/hostname'), `${node}\n`);
    await writeFile(at(node, 'etc/fstab'), 'UUID=1 / ext4 defaults 0 1\nUUID=2 /boot ext4 defaults 0 2\n');
    await writeFile(at(node, 'etc/ssh/ssh_host_ed25519_key'), node);
    await ssh(node, 'mount --bind system /srv && cp -a system lacking && rm lacking/usr/bin/find');
    // Of programs the node has busybox's.
    await ssh(node, 'mkdir busybox && busybox --install -s busybox && mount --bind busybox /usr/local/sbin');
    await ssh(node, 'mount --bind /bin/busybox /bin/dash');
  }
  await goldenAt('base@2', secondVersion);
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const options = (): CloneOptions => ({
  cwd: folder,
  env: {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    HEOROT_CLUSTER: lab.clusterFile,
    XDG_STATE_HOME: join(folder, 'state'),
  },
});
const clone = (...argv: string[]): Promise<CloneResult> => runClone(argv, options());
const ssh = async (node: string, command: string): Promise<string> =>
  (await run('ssh', ['-F', lab.sshConfig, node, command])).stdout;
const mountedBelowSrv = "awk '$5 ~ /^.srv/ { print $5 }' /proc/self/mountinfo";
const at = (node: string, path: string): string => join(folder, 'lab/nodes', node, 'home/system', path);
const text = (node: string, path: string): Promise<string> => readFile(at(node, path), 'utf8');

async function goldenAt(name: string, script: string): Promise<void> {
  await mkdir(join(folder, 'golden'), { recursive: true });
  await run('sh', ['-ec', script], { cwd: join(folder, 'golden') });
  expect(await clone('image', 'import', 'golden', '--name', name)).toMatchObject({ code: 0, stderr: '' });
}

describe('sync of a mounted system', () => {
  it.each([
    [['--root', '/srv/none'], 'there is no folder /srv/none: mount the root of its system there first'],
    [['--root', '/opt'], '/opt holds no system that clone has deployed (no etc/heorot/image): mount'],
    [['--root', '/srv', '-l', 'heorot'], 'only root can work in /srv: -l root, or --unprivileged'],
    [['--root', 'lacking'], 'its system lacks GNU find, tar, coreutils, gzip or awk, or they do not run'],
    [['--root', '/srv'], 'its fstab has a file system at /boot, of which base@2 has files: mount it there'],
  ])('refuses %j', async (flags, why) => {
    const { code, stderr } = await clone('sync', 'base@2', '-w', 'n1', '--yes', ...flags);
    expect(stderr).toContain(why);
    expect(stderr).toContain('clone: n1: ');
    expect(code).toBe(1);
    expect(await text('n1', 'usr/bin/app')).toBe('one\n');
  });

  it('is done by the programs of that system, and leaves nothing mounted', async () => {
    // What mountinfo says of a file system of a disk.
    for (const node of ['n1', 'n2'])
      await ssh(node, 'mount -t tmpfs /dev/disk2 /srv/boot && cp system/boot/* /srv/boot');
    await expect(ssh('n1', 'find / -maxdepth 0 -printf x')).rejects.toThrow('unrecognized: -printf');
    const sync = (...more: string[]): Promise<CloneResult> =>
      clone('sync', 'base@2', '-w', 'n1', '--root', '/srv', ...more);
    expect((await sync('--dry-run')).stdout).toMatch(/^n1: from base@1 to base@2: 4 to send/);
    const { code, stdout, stderr } = await sync('--yes');
    expect([code, stdout]).toEqual([0, expect.stringContaining('base@2: on n1;')]);
    expect(stderr).not.toContain('~ boot/vmlinuz-1');
    await isAsSecondVersion('n1');
    expect(await ssh('n1', 'cat /srv/boot/vmlinuz-*')).toBe('k1\nk2\n');
    expect(await ssh('n1', mountedBelowSrv)).toBe('/srv\n/srv/boot\n');
    expect((await sync('--dry-run')).stdout).toContain('n1: is at base@2 already; 0 kept');
  });

  it('puts back what was broken and taken away, when it is told to', async () => {
    await ssh(
      'n1',
      'echo broken >/srv/usr/bin/app && rm /srv/boot/vmlinuz-2 && echo mine >/srv/etc/app.conf',
    );
    const settings = ['--overwrite', '--exclude-path', 'etc/**'];
    const { code } = await clone('sync', 'base@2', '-w', 'n1', '--root', '/srv', ...settings, '--yes');
    expect(code).toBe(0);
    expect(await ssh('n1', 'cat /srv/usr/bin/app /srv/boot/vmlinuz-2 /srv/etc/app.conf')).toBe(
      'two\nk2\nmine\n',
    );
  });

  it('leaves nothing running and nothing mounted when it is interrupted, and fetches by http from within', async () => {
    const asked = Promise.withResolvers<void>();
    let isEndless = true;
    const server = createServer(({ url = '' }, response) => {
      asked.resolve();
      if (isEndless) response.writeHead(200, { 'content-length': 1e9 }).write('x');
      else createReadStream(join(folder, 'state/heorot/clone/images', url)).pipe(response);
    });
    const here = (await ssh('n2', 'echo $SSH_CLIENT')).split(' ')[0] ?? '';
    await new Promise<void>((resolve) => server.listen(0, here, resolve));
    const address = server.address();
    const from = `http://${here}:${typeof address === 'object' ? address?.port : 0}`;
    const inside = ['sync', 'base@2', '-w', 'n2', '--root', '/srv', '--from', from, '--yes', '--json'];

    const interrupt = new AbortController();
    const running = runClone(inside, { ...options(), signal: interrupt.signal });
    await asked.promise;
    interrupt.abort();
    expect((await running).code).toBe(143);
    const roots = 'for each in /proc/[0-9]*/root; do readlink $each; done | sort -u';
    await expect.poll(() => ssh('n2', roots)).toBe('/\n');
    expect(await ssh('n2', mountedBelowSrv)).toBe('/srv\n/srv/boot\n');

    isEndless = false;
    const { code, stdout } = await clone(...inside);
    server.closeAllConnections();
    server.close();
    expect(code).toBe(0);
    const [{ sentBytes, fetchedBytes }] = JSON.parse(stdout).nodes;
    expect(fetchedBytes).toBeGreaterThan(20 * sentBytes);
    await isAsSecondVersion('n2');
  });
});

async function isAsSecondVersion(node: string): Promise<void> {
  const { uid, mode } = await stat(at(node, 'usr/bin/app'));
  expect([await text(node, 'usr/bin/app'), uid, mode & 0o7777]).toEqual(['two\n', 1234, 0o4750]);
  expect(
    (await readFile(at(node, 'usr/bin/mv'))).equals(await readFile(join(folder, 'golden/usr/bin/mv'))),
  ).toBe(true);
  expect(await text(node, 'etc/app.conf')).toBe('conf2\n');
  expect(await text(node, 'etc/hostname')).toBe(`${node}\n`);
  expect(await text(node, 'etc/fstab')).toContain('UUID=2 /boot');
  expect(await text(node, 'etc/ssh/ssh_host_ed25519_key')).toBe(node);
  expect(await text(node, 'etc/heorot/image')).toMatch(/^base@2 sha256:/);
  await expect(stat(at(node, 'usr/share/old'))).rejects.toThrow('ENOENT');
  expect((await run('find', [at(node, ''), '-name', '.heorot-sync-*'])).stdout).toBe('');
}
