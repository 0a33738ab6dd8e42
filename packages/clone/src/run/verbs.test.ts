import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RESCUE_PART } from '../bootenv/contents.ts';
import { CONTENTS_LIST } from '../bootenv/contents-list.ts';
import { headFolder } from '../protocol/head-folder.ts';
import { line } from '../protocol/words.ts';
import { bootFakeNode, type FakeNodeOptions } from '../testing/fake-node.ts';
import { makeGoldenImage } from '../testing/golden-image.ts';
import { type CloneResult, runClone } from '../testing/run-clone.ts';
import { macOf, type ServiceFixture, scratchFolder, startService } from '../testing/service-fixture.ts';

let folder: Awaited<ReturnType<typeof scratchFolder>>;
let service: ServiceFixture;

beforeEach(async () => {
  folder = await scratchFolder();
  const head = headFolder(join(folder.path, 'heorot', 'clone'));
  await makeGoldenImage(head, 'base@1');
  await writeFile(
    join(folder.path, 'cluster.yaml'),
    'cluster: test\nnodes:\n  n[1-4]: \n    address: 10.77.0.[1-4]\nmacs: macs.csv\n',
  );
  await writeFile(
    join(folder.path, 'macs.csv'),
    [1, 2, 3].map((at) => `n${at},${macOf(`n${at}`)}\n`).join(''),
  );
  await writeFile(join(folder.path, 'key.pub'), 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA admin\n');
  service = await startService({ path: head.path, known: ['n1', 'n2', 'n3'].map(macOf) });
  service.clock = Date.now();
});

afterEach(async () => {
  await service[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

function clone(...argv: readonly string[]): Promise<CloneResult> {
  const env = { HOME: folder.path, XDG_STATE_HOME: folder.path };
  return runClone(argv, { env, cwd: folder.path });
}

const keys = ['--authorized-keys', 'key.pub'];
const disk = (serial: string, table: string, contents = '', busy = '', size = 8 * 2 ** 30): string =>
  line('disk', 'vda', serial, '', size, table.repeat(64), busy, contents);

function boot(node: string, options: Partial<FakeNodeOptions> = {}) {
  service.clock = Date.now();
  return bootFakeNode({
    head: service.url,
    mac: macOf(node),
    disks: [disk(`DISK-${node}`, 'a')],
    signingKey: service.head.key.publicKey,
    ...options,
  });
}

async function discover(
  nodes: readonly string[],
  disks?: (node: string) => readonly string[],
): Promise<void> {
  expect(await clone('boot', 'discover', '-w', nodes.join(','))).toMatchObject({ code: 0, stderr: '' });
  for (const node of nodes) await boot(node, disks === undefined ? {} : { disks: disks(node) });
}

describe('the verbs of the head', () => {
  it('learn the disks, show the plan, and do what was shown', async () => {
    await discover(['n1', 'n2']);
    const shown = await clone('plan', 'base', '-w', 'n[1-2]', ...keys);
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toMatch(/n\[1-2\]: base@1 sha256:/);
    expect(shown.stdout).toMatch(/n1: DISK-n1/);
    const digest = /^plan ([0-9a-f]{64})$/m.exec(shown.stdout)?.[1] ?? '';
    const args = ['base', '-w', 'n[1-2]', ...keys, '--trust', 'arrival', '--no-wait'];
    const deployed = await clone('deploy', ...args, '--plan', digest, '--yes');
    expect(deployed).toMatchObject({ code: 0, stdout: 'run 2: n[1-2]; see it with: clone status\n' });
    const ending = await boot('n1');
    expect(ending).toMatchObject({ kind: 'done' });
    if (ending.kind !== 'done') return;
    expect(ending.steps.filter(([kind]) => kind === 'disk')).toEqual([
      ['disk', 'd1', 'DISK-n1', String(8 * 2 ** 30), 'a'.repeat(64)],
    ]);
    const status = await clone('status');
    expect(status.stdout).toMatch(/queued +1 +n2\nanswer +1 +n1/);
  });

  it('refuse a plan that is no longer what was shown', async () => {
    await discover(['n1']);
    const digest = /^plan (.+)$/m.exec((await clone('plan', 'base', '-w', 'n1', ...keys)).stdout)?.[1] ?? '';
    await discover(['n1'], () => [disk('DISK-n1', 'b', 'ntfs')]);
    const deployed = await clone('deploy', 'base', '-w', 'n1', ...keys, '--plan', digest, '--yes');
    expect(deployed.code).toBe(3);
    expect(deployed.stderr).toContain('a disk, the image, the recipe or the inventory has changed');
  });

  it('erase nothing without consent', async () => {
    await discover(['n1']);
    const deployed = await clone('deploy', 'base', '-w', 'n1', ...keys);
    expect(deployed.code).toBe(2);
    expect(deployed.stderr).toContain('this erases the disks shown above, of 1 nodes');
    expect(service.head.deployments.activeOf(macOf('n1'))).toBeUndefined();
  });

  it.each([
    ['no disk', () => [], /no disk/],
    ['two disks', () => [disk('A', 'a'), disk('B', 'b').replace('vda', 'vdb')], /there are 2 to choose from/],
    ['a mounted disk', () => [disk('A', 'a', 'ext4', 'mounted at /data')], /mounted at \/data/],
    ['a member of md', () => [disk('A', 'a', 'linux_raid_member')], /--erase-members/],
    ['a member of LVM', () => [disk('A', 'a', 'LVM2_member')], /--erase-members/],
    ['a member of ZFS', () => [disk('A', 'a', 'zfs_member')], /--erase-members/],
    ['a path of a multipath disk', () => [disk('A', 'a', 'mpath_member')], /--erase-members/],
    ['too small a disk', () => [disk('A', 'a', '', '', 2 ** 28)], /too small|not fit|no room|larger|MiB/],
  ])('say of %s before anything is erased why not', async (_, disks, reason) => {
    await discover(['n1'], disks);
    const shown = await clone('plan', 'base', '-w', 'n1', ...keys);
    expect(shown.code).toBe(1);
    expect(shown.stdout).toMatch(reason);
    const deployed = await clone('deploy', 'base', '-w', 'n1', ...keys, '--yes');
    expect(deployed.code).toBe(3);
    expect(await boot('n1')).toEqual({ kind: 'local' });
  });

  it('set a failed node aside and deploy it once more by retry', async () => {
    await discover(['n1', 'n2']);
    await clone('deploy', 'base', '-w', 'n[1-2]', ...keys, '--trust', 'arrival', '--no-wait', '--yes');
    await boot('n1', { faults: [{ kind: 'fails', phase: 'post', code: 'script', times: 1 }] });
    const status = await clone('status');
    expect(status.code).toBe(1);
    expect(status.stdout).toMatch(/n1: post: script: as the test wants it/);
    const again = await clone('retry', '--yes', '--no-wait');
    expect(again).toMatchObject({ code: 0, stdout: 'run 3: n1; see it with: clone status\n' });
    expect(await boot('n1', { disks: [disk('DISK-n1', 'c')] })).toMatchObject({ kind: 'done' });
  });

  it('cancel: the machine powers itself off with its next report', async () => {
    await discover(['n1']);
    await clone('deploy', 'base', '-w', 'n1', ...keys, '--trust', 'arrival', '--no-wait', '--yes');
    expect((await clone('cancel', '-w', 'n1', '--yes')).stdout).toBe('cancelled: n1\n');
    expect(await boot('n1')).toEqual({ kind: 'local' });
  });

  it('name machines in the order they were seen', async () => {
    for (const mac of ['52:54:00:aa:00:02', '52:54:00:aa:00:01'])
      await fetch(`${service.url}/boot.ipxe?mac=${mac}&plat=efi`);
    const named = await clone('enrol', '-w', 'n4', '--yes');
    expect(named).toMatchObject({ code: 0 });
    expect(await readFile(join(folder.path, 'macs.csv'), 'utf8')).toContain('n4,52:54:00:aa:00:02\n');
    const left = await clone('enrol');
    expect(left.stdout).toContain('52:54:00:aa:00:01');
    expect(left.stdout).not.toContain('52:54:00:aa:00:02');
    expect((await clone('enrol', '-w', 'n1', '--yes')).stderr).toContain('has a MAC address already');
  });

  it('boot memtest86+ once', async () => {
    for (const file of ['memtest.bin', 'memtest.efi'])
      await writeFile(join(service.head.folder.bootenv, file), file);
    await clone('boot', 'memtest86+', '-w', 'n1');
    const script = async () => (await fetch(`${service.url}/boot.ipxe?mac=${macOf('n1')}`)).text();
    expect(await script()).toContain('/boot/memtest.bin console=ttyS0');
    expect(await script()).toContain('sanboot');
  });

  it('start no rescue system without its tools', async () => {
    await rm(join(service.head.folder.bootenv, RESCUE_PART));
    const { code, stderr } = await clone('rescue', '-w', 'n1');
    expect(code).not.toBe(0);
    expect(stderr).toContain(`has no ${RESCUE_PART}`);
  });

  it('deploy nothing with a boot environment that was not built to its end', async () => {
    await discover(['n1']);
    await rm(join(service.head.folder.bootenv, CONTENTS_LIST));
    const { code, stderr } = await clone('deploy', 'base', '-w', 'n1', ...keys, '--no-wait', '--yes');
    expect(code).not.toBe(0);
    expect(stderr).toContain('no whole boot environment in');
    expect((await clone('status')).stdout).not.toContain('base@1');
  });

  it('admit a machine whose fingerprint a person has compared', async () => {
    await discover(['n1']);
    await clone('deploy', 'base', '-w', 'n1', ...keys, '--no-wait', '--yes');
    let shown = '';
    const running = boot('n1', { console: (said) => (shown = said.split(' ')[2] ?? '') });
    while (service.head.admissions.waiting().length === 0)
      await new Promise((resolve) => setTimeout(resolve, 5));
    const waiting = await clone('attend');
    expect(waiting.stdout.replaceAll(' ', '')).toContain(shown);
    expect((await clone('attend', '--admit', 'f'.repeat(32))).code).not.toBe(0);
    expect((await clone('attend', '--admit', shown)).stdout).toBe('admitted: n1\n');
    expect(await running).toMatchObject({ kind: 'done' });
  });
});
