// Disks that must not be written, through the verbs: `plan` says why, `deploy` refuses even with consent and the digest that was shown,
// and the machine boots from its own disk. What the node itself refuses, byte for byte: test/node/disks.test.ts.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { headFolder } from '../protocol/head-folder.ts';
import { line } from '../protocol/words.ts';
import { bootFakeNode, type FakeEnding } from '../testing/fake-node.ts';
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
    'cluster: test\nnodes: {n1: {address: 10.77.0.1}}\nmacs: macs.csv\n',
  );
  await writeFile(join(folder.path, 'macs.csv'), `n1,${macOf('n1')}\n`);
  await writeFile(join(folder.path, 'key.pub'), 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA admin\n');
  service = await startService({ path: head.path, known: [macOf('n1')] });
  service.clock = Date.now();
});
afterEach(async () => {
  await service[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

interface GivenDisk {
  readonly name?: string;
  readonly serial?: string;
  readonly wwn?: string;
  readonly bytes?: number;
  readonly table?: string;
  readonly busy?: string;
  readonly contents?: string;
}

const gib = 2 ** 30;
const one: GivenDisk = {};
const lineOf = ({
  name = 'vda',
  serial = 'S-1',
  wwn = '',
  bytes = 8 * gib,
  table = 'a',
  busy = '',
  contents = '',
}: GivenDisk): string => line('disk', name, serial, wwn, bytes, table.repeat(64), busy, contents);

function clone(...argv: readonly string[]): Promise<CloneResult> {
  return runClone(argv, { env: { HOME: folder.path, XDG_STATE_HOME: folder.path }, cwd: folder.path });
}

function boot(disks: readonly GivenDisk[]): Promise<FakeEnding> {
  service.clock = Date.now();
  return bootFakeNode({
    head: service.url,
    mac: macOf('n1'),
    disks: disks.map(lineOf),
    signingKey: service.head.key.publicKey,
  });
}

async function discover(disks: readonly GivenDisk[]): Promise<void> {
  await clone('boot', 'discover', '-w', 'n1');
  await boot(disks);
}

const selection = ['base', '-w', 'n1', '--authorized-keys', 'key.pub'];
const plain = 'clearpart --all\nreqpart\npart / --size=1000 --grow\n';

/** What the verbs say and do with this recipe. */
async function attempted(
  recipe: string,
): Promise<{ readonly said: string; readonly consequences: readonly unknown[] }> {
  await writeFile(join(folder.path, 'recipe.ks'), recipe);
  const shown = await clone('plan', ...selection, '--recipe', 'recipe.ks');
  const deployed = await clone('deploy', ...selection, '--recipe', 'recipe.ks', '--yes', '--no-wait');
  const isActive = service.head.deployments.activeOf(macOf('n1')) !== undefined;
  const hasDigest = /^plan [0-9a-f]/m.test(shown.stdout);
  const consequences = [shown.code === 0, hasDigest, deployed.code === 0, isActive, (await boot([one])).kind];
  return { said: `${shown.stdout}${shown.stderr}`, consequences };
}

const refused = [false, false, false, false, 'local'];

describe('a disk is not written', () => {
  it.each<[string, readonly GivenDisk[], string, RegExp]>([
    ['where there is none', [], plain, /no disk/],
    [
      'when none is named and there are two',
      [one, { name: 'vdb', serial: 'S-2' }],
      plain,
      /2 to choose from/,
    ],
    [
      'when a name fits two',
      [{ name: 'sda' }, { name: 'sdb', serial: 'S-2' }],
      plain.replace('--grow', '--grow --ondisk=sd*'),
      /means 2 disks/,
    ],
    ['when no disk has the name', [one], plain.replace('--grow', '--grow --ondisk=vdz'), /no disk 'vdz'/],
    [
      'when no disk has the serial',
      [one],
      plain.replace('--grow', '--grow --ondisk=serial=S-9'),
      /no disk 'serial=S-9'/,
    ],
    [
      'when a serial only begins so',
      [{ serial: 'S-11' }],
      plain.replace('--grow', '--grow --ondisk=serial=S-1'),
      /no disk 'serial=S-1'/,
    ],
    [
      'when no disk has the world wide name',
      [{ wwn: '0x1' }],
      plain.replace('--grow', '--grow --ondisk=wwn=0x2'),
      /no disk 'wwn=0x2'/,
    ],
    ['when the recipe ignores it', [one], `ignoredisk --drives=vda\n${plain}`, /no disk that may be used/],
    ['when the recipe uses another only', [one], `ignoredisk --only-use=vdb\n${plain}`, /no disk 'vdb'/],
    [
      'when the recipe clears another only',
      [{ contents: 'ntfs' }],
      plain.replace('--all', '--all --drives=vdb'),
      /does not let it be erased|no disk 'vdb'/,
    ],
    [
      'when the recipe clears nothing',
      [{ contents: 'gpt, 3 partitions: ext4 xfs' }],
      plain.replace('clearpart --all\n', ''),
      /does not let it be erased/,
    ],
    [
      'when the recipe clears Linux only',
      [{ contents: 'ntfs' }],
      plain.replace('--all', '--linux'),
      /does not let it be erased/,
    ],
    ['that is mounted', [{ contents: 'ext4', busy: 'mounted at /data' }], plain, /mounted at \/data/],
    ['that is swapped to', [{ contents: 'swap', busy: 'used as swap' }], plain, /used as swap/],
    ['that an array holds', [{ busy: 'member of md0' }], plain, /member of md0/],
    ['that multipath holds', [{ busy: 'member of dm-0' }], plain, /member of dm-0/],
    [
      'that is seen under two names',
      [{ name: 'sda' }, { name: 'sdb' }],
      plain.replace('--grow', '--grow --ondisk=sda'),
      /cannot be told from 1 other/,
    ],
    [
      'that has no serial, like its twin',
      [
        { name: 'sda', serial: '' },
        { name: 'sdb', serial: '' },
      ],
      plain.replace('--grow', '--grow --ondisk=sda'),
      /cannot be told from 1 other/,
    ],
    ['too small for a partition', [{ bytes: gib / 2 }], plain, /is too small/],
    [
      'too small for all partitions',
      [{ bytes: 2 * gib }],
      `${plain}part /data --size=3000\n`,
      /is too small/,
    ],
    ...[
      'linux_raid_member',
      'LVM2_member',
      'zfs_member',
      'mpath_member',
      'isw_raid_member',
      'ddf_raid_member',
      'bcache',
      'drbd',
    ].map((contents): [string, readonly GivenDisk[], string, RegExp] => [
      `that holds ${contents}`,
      [{ contents }],
      plain,
      /--erase-members/,
    ]),
  ])('%s', async (_what, disks, recipe, reason) => {
    await discover(disks);
    const { said, consequences } = await attempted(recipe);
    expect(said).toMatch(reason);
    expect(consequences).toEqual(refused);
  });

  it.each<[string, readonly GivenDisk[]]>([
    ['another disk is in its place', [{ serial: 'S-2' }]],
    ['it has another size', [{ bytes: 9 * gib }]],
    ['somebody has made partitions on it', [{ table: 'b', contents: 'gpt, 1 partitions' }]],
    ['it is in use', [{ busy: 'mounted at /mnt' }]],
    ['it is gone', []],
    ['a second one has come', [one, { name: 'vdb', serial: 'S-2' }]],
  ])('when since the plan was shown %s', async (_what, now) => {
    await writeFile(join(folder.path, 'recipe.ks'), plain);
    await discover([one]);
    const shown = await clone('plan', ...selection, '--recipe', 'recipe.ks');
    const digest = /^plan ([0-9a-f]{64})$/m.exec(shown.stdout)?.[1] ?? '';
    expect(digest).not.toBe('');
    await discover(now);
    const argv = [...selection, '--recipe', 'recipe.ks', '--plan', digest, '--yes', '--no-wait'];
    expect((await clone('deploy', ...argv)).code).not.toBe(0);
    expect(service.head.deployments.activeOf(macOf('n1'))).toBeUndefined();
    expect(await boot(now)).toEqual({ kind: 'local' });
  });

  it.each<[string, readonly GivenDisk[]]>([
    ['another disk is in its place', [{ serial: 'S-2' }]],
    ['it has another table', [{ table: 'b' }]],
    ['it has moved to another name', [{ name: 'vdb' }, { name: 'vda', serial: 'S-2' }]],
  ])('but the one that was consented to, when at the boot %s', async (_what, now) => {
    await writeFile(join(folder.path, 'recipe.ks'), plain);
    await discover([one]);
    const argv = [...selection, '--recipe', 'recipe.ks', '--trust', 'arrival', '--yes', '--no-wait'];
    expect((await clone('deploy', ...argv)).code).toBe(0);
    const ending = await boot(now);
    // Whatever the machine says of itself now: the plan means serial, size and table of then, and the node finds just that or nothing.
    const steps = ending.kind === 'done' ? ending.steps : [];
    expect(steps.filter(([kind]) => kind === 'disk')).toEqual([
      ['disk', 'd1', 'S-1', String(8 * gib), 'a'.repeat(64)],
    ]);
  });
});
