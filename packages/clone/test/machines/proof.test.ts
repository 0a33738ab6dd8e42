// The whole way, as a site walks it, on emulated machines: a golden node that runs is captured; two blank machines, one with BIOS
// and one with UEFI, are switched on through their BMCs, netboot from `clone serve`, are imaged and answer dsh under host keys that
// the head made. Then one is synced to the next version, one is imaged again by kexec, one tests its memory. Needs root and QEMU.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Machine, type MachinesLab, startMachinesLab } from '@heorot/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runClone } from '../../src/testing/run-clone.ts';
import { type Bmc, bmcPassword, bmcUser, startBmc } from './bmc.fixture.ts';
import { headWithBootEnvironment } from './boot-environment.fixture.ts';
import { goldenNode } from './golden-node.fixture.ts';

const dsh = join(import.meta.dirname, '../../../heorot/dist/bin/dsh.js');
const folder = mkdtempSync(join(tmpdir(), 'heorot-proof-'));
const env = { HOME: folder, XDG_STATE_HOME: folder, PATH: process.env['PATH'] ?? '' };
const parts = new AsyncDisposableStack();
const stop = new AbortController();
const decoyBytes = 64 * 2 ** 20;
const minutes = (count: number) => ({ timeout: count * 60_000 });
let lab: MachinesLab;
let bios: Machine;
let uefi: Machine;
let golden: Machine;
let bmcs: readonly Bmc[];
let broken: Promise<never>;

/** Typed with single blanks, nothing quoted. */
const clone = (line: string) => Promise.race([runClone(line.split(' '), { env, cwd: folder }), broken]);

/** By the inventory and the known_hosts that clone wrote, without a word of ours; node after node, whoever answers first. */
function overSsh(nodes: string, command: string): string {
  const said = execFileSync(process.execPath, [dsh, '-w', nodes, '-u', '30', command], {
    cwd: folder,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = said.split('\n').slice(0, -1);
  const nodeOf = (line: string) => line.split(':')[0] ?? '';
  return lines
    .toSorted((one, other) => nodeOf(one).localeCompare(nodeOf(other)))
    .map((line) => `${line}\n`)
    .join('');
}

function imageOf(node: string): string {
  return overSsh(node, 'hostname; cut -d" " -f1 /etc/heorot/image');
}

beforeAll(async () => {
  await headWithBootEnvironment(folder);
  const prepared = goldenNode(join(folder, 'golden'));
  lab = parts.use(
    await startMachinesLab({
      folder: join(folder, 'lab'),
      machines: [
        { firmware: 'bios' },
        {
          firmware: 'uefi',
          disks: [
            { serial: 'DECOY', sizeBytes: decoyBytes },
            { serial: 'DISK-n2', sizeBytes: 4e9 },
          ],
        },
        { kernel: prepared.kernel, memoryMib: 768, disks: [{ serial: 'DISK-n3', sizeBytes: 2e9 }] },
      ],
    }),
  );
  const [first, second, third] = lab.nodes;
  if (first === undefined || second === undefined || third === undefined) throw new Error('no machines');
  [bios, uefi, golden] = [first, second, third];
  makeDecoy(uefi.files.disk('DECOY'));
  writeFileSync(join(folder, 'known_hosts'), prepared.settle(golden, lab));
  const both = [parts.use(await startBmc(lab, bios)), parts.use(await startBmc(lab, uefi))];
  bmcs = both;
  // Who may log in to a rescue system: the keys of whoever orders it.
  mkdirSync(join(folder, '.ssh'));
  copyFileSync(`${lab.identity}.pub`, join(folder, '.ssh/lab.pub'));
  writeFileSync(join(folder, 'bmc-password'), `${bmcPassword}\n`, { mode: 0o600 });
  writeFileSync(
    join(folder, 'cluster.yaml'),
    `cluster: test
defaults: {user: root, identity: ${lab.identity}, knownHosts: ${join(folder, 'known_hosts')}}
nodes:
  golden: {address: ${golden.address}}
${[bios, uefi]
  .map(
    ({ name, address, mac }, at) =>
      `  ${name}: {address: ${address}, mac: "${mac}", bmc: {address: ${both[at]?.address}, user: ${bmcUser}, passwordFile: bmc-password}}\n`,
  )
  .join('')}`,
  );
  writeFileSync(
    join(folder, 'node.ks'),
    'ignoredisk --only-use=disk/by-id/virtio-DISK-@{name}\nclearpart --all\nreqpart\npart / --fstype=ext4 --size=1024 --grow\nbootloader --append="console=ttyS0"\n',
  );
  const serving = runClone(
    [
      'serve',
      '--listen',
      `${lab.head.address}:8080`,
      '--dhcp',
      'own',
      '--interface',
      lab.head.interface,
      '--console-command',
      `tail -n +1 -F ${lab.folder}/nodes/%node/serial.log`,
      '--kernel-arguments',
      'console=ttyS0,115200',
    ],
    { env, cwd: folder, signal: stop.signal },
  );
  parts.defer(async () => {
    stop.abort();
    await serving;
  });
  broken = serving.then((result) => {
    throw new Error(`clone serve has ended: ${result.stderr}`);
  });
  broken.catch(() => {});
  await golden.powerOn();
}, 900_000);

afterAll(async () => {
  await parts[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
}, 60_000);

describe('from one golden node', () => {
  it('an image is captured while it runs, and found clean', minutes(10), async () => {
    await golden.waitFor(/golden login:/, { timeoutMs: 300_000 });
    overSsh(
      'golden',
      'echo set up by hand >/etc/motd; setfacl -m u:1:r /etc/motd; mkdir /opt/site; touch /opt/site/a',
    );
    expect(await clone('capture golden --name base')).toMatchObject({ code: 0 });
    expect(await clone('image check base@1')).toMatchObject({ code: 0 });
    expect(await clone('image verify base@1')).toMatchObject({ code: 0 });
    overSsh('golden', 'echo second edition >/etc/motd; echo more >/opt/site/b; rm /opt/site/a');
    expect(await clone('capture golden --name base')).toMatchObject({ code: 0 });
    await golden.powerOff();
  });

  it('two blank machines become nodes', minutes(20), async () => {
    expect(await clone('boot discover -w n[1-2]')).toMatchObject({ code: 0, stderr: '' });
    await Promise.all([bios.powerOn(), uefi.powerOn()]);
    await Promise.race([Promise.all([bios.untilOff(600_000), uefi.untilOff(600_000)]), broken]);
    const { code, stdout, stderr } = await clone(
      `deploy base@1 -w n[1-2] --recipe node.ks --transport torrent --authorized-keys ${lab.identity}.pub --trust console --yes --json`,
    );
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      nodes: [
        { node: 'n1', state: 'deployed' },
        { node: 'n2', state: 'deployed' },
      ],
    });
    expect(overSsh('n[1-2]', 'hostname; cat /etc/motd; getfacl -cpn /etc/motd | grep ^user:1')).toBe(
      ['n1', 'n2']
        .flatMap((node) => [node, 'set up by hand', 'user:1:r--'].map((line) => `${node}: ${line}\n`))
        .join(''),
    );
    expect(overSsh('n[1-2]', 'findmnt -no SOURCE /')).toMatch(/^n1: \/dev\/vda\d\nn2: \/dev\/vdb\d\n$/);
    expect(readFileSync(join(folder, 'known_hosts'), 'utf8')).toMatch(/^(\S+ ssh-ed25519 \S+\n){3}$/);
    // Emulation hangs a kernel now and then: then the head has used the button once more.
    for (const { calls } of bmcs) expect([calls[0], calls.at(-1)]).toEqual(['boot pxe', 'power 1']);
    // The disk that was not meant: not a byte of it has changed.
    const compare = [
      'compare',
      '-U',
      '-f',
      'qcow2',
      '-F',
      'raw',
      uefi.files.disk('DECOY'),
      join(folder, 'decoy.raw'),
    ];
    expect(execFileSync('qemu-img', compare, { encoding: 'utf8' })).toBe('Images are identical.\n');
  });

  it('one of them is synced to the next version while it runs', minutes(5), async () => {
    expect(await clone('sync base@2 -w n2 --yes')).toMatchObject({ code: 0 });
    expect(overSsh('n2', 'hostname; cut -d" " -f1 /etc/heorot/image; cat /etc/motd; ls /opt/site')).toBe(
      ['n2', 'base@2', 'second edition', 'b'].map((line) => `n2: ${line}\n`).join(''),
    );
  });

  it('the other is imaged anew by kexec, without its firmware', minutes(15), async () => {
    expect(imageOf('n1')).toBe('n1: n1\nn1: base@1\n');
    const before = readFileSync(join(folder, 'known_hosts'), 'utf8');
    const calls = bmcs[0]?.calls.length;
    const { code, stdout, stderr } = await clone(
      `deploy base@2 -w n1 --recipe node.ks --via kexec --authorized-keys ${lab.identity}.pub --yes --json`,
    );
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      run: { trust: 'ssh' },
      nodes: [{ node: 'n1', state: 'deployed' }],
    });
    expect(imageOf('n1')).toBe('n1: n1\nn1: base@2\n');
    expect(readFileSync(join(folder, 'known_hosts'), 'utf8')).not.toBe(before);
    expect(bmcs[0]?.calls.length).toBe(calls);
  });

  it('a rescue system is started on it, and its disk boots after that', minutes(15), async () => {
    expect(await clone('rescue -w n1 --via kexec')).toMatchObject({ code: 0, stderr: '' });
    await expect
      .poll(() => answer('n1', 'hostname; ls /lib/heorot/agent; grep -c ^/dev/vda /proc/mounts || true'), {
        timeout: 400_000,
        interval: 3000,
      })
      .toBe('n1: n1\nn1: /lib/heorot/agent\nn1: 0\n');
    await expect
      .poll(async () => (await clone('status -w n1 --json')).stdout, { timeout: 60_000 })
      .toContain('"state": "deployed"');
    await bios.powerOff();
    await bios.powerOn('disk');
    await expect
      .poll(() => answer('n1', 'cut -d" " -f1 /etc/heorot/image'), { timeout: 400_000, interval: 3000 })
      .toBe('n1: base@2\n');
  });

  it('memtest86+ runs on one, seen on its serial console', minutes(5), async () => {
    await bios.powerOff();
    expect(await clone('boot memtest86+ -w n1')).toMatchObject({ code: 0, stderr: '' });
    const from = await bios.serialPosition();
    await bios.powerOn();
    await bios.waitFor(/Memtest86\+ v\d/, { from, timeoutMs: 200_000 });
  });
});

/** An old disk that looks as if it could be booted: the first one that a loader finds by the label of its file system. */
function makeDecoy(disk: string): void {
  const tree = join(folder, 'decoy');
  mkdirSync(join(tree, 'boot/grub'), { recursive: true });
  writeFileSync(join(tree, 'boot/grub/grub.cfg'), 'echo "the wrong disk"\nsleep 600\n');
  const raw = join(folder, 'decoy.raw');
  execFileSync('mke2fs', ['-q', '-t', 'ext4', '-L', 'heorot-boot', '-d', tree, raw, `${decoyBytes / 1024}k`]);
  execFileSync('qemu-img', ['convert', '-O', 'qcow2', raw, disk]);
}

/** What a node says once it answers; empty before. */
function answer(node: string, command: string): string {
  try {
    return overSsh(node, command);
  } catch {
    return '';
  }
}
