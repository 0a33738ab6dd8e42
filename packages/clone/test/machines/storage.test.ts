// Recipes on real block devices: one emulated machine boots our environment, lays out its disks recipe after recipe with the node's own
// scripts, and what blkid, lvs, mdadm and cryptsetup say then is what the head has planned. Needs QEMU; no root.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORAGE_PART } from '../../src/bootenv/contents.ts';
import { holdScript } from '../../src/capture/hold-script.ts';
import { type CpioEntry, writeCpio } from '../../src/cpio/write-cpio.ts';
import { type StorageSteps, storageSteps } from '../../src/plan/storage-steps.ts';
import { stepLines } from '../../src/protocol/plan-document.ts';
import type { PlanStep } from '../../src/protocol/plan-step.ts';
import { parseRecipe } from '../../src/recipe/parse-recipe.ts';
import type { Syntax } from '../../src/recipe/syntax.ts';
import type { Disk } from '../../src/storage/disk.ts';
import { planStorage } from '../../src/storage/plan-storage.ts';
import { headWithBootEnvironment } from './boot-environment.fixture.ts';

const GIB = 2 ** 30;
const MIB = 2 ** 20;
/** Of the first and the last MiB. */
const blankTable = createHash('sha256')
  .update(Buffer.alloc(2 * MIB))
  .digest('hex');

interface Scenario {
  readonly recipe: string;
  /** In GiB. */
  readonly disks: readonly number[];
  readonly firmware?: 'bios' | 'uefi';
  readonly syntax?: Syntax;
  /** Where its root lies, when it is to be held still as for a capture. */
  readonly held?: { readonly source: string; readonly type: string };
  /** On the disks of another, as that has left them. */
  readonly over?: string;
}

const mirrored = [1, 2, 3].flatMap((at) => [
  `part raid.1${at} --size=600 --ondisk=serial=$${at}`,
  `part raid.2${at} --size=700 --ondisk=serial=$${at}`,
]);
const scenarios: Readonly<Record<string, Scenario>> = {
  lvm: {
    recipe: [
      'reqpart --add-boot',
      'part pv.1 --size=1000 --grow',
      'volgroup system pv.1',
      'logvol / --vgname=system --name=root --size=2000 --fstype=xfs',
      'logvol /home --vgname=system --name=home --size=100 --fstype=ext4',
    ].join('\n'),
    disks: [12],
    held: { source: '/dev/mapper/system-root', type: 'xfs' },
  },
  autopart: { recipe: 'autopart', disks: [12] },
  'plain-uefi': { recipe: 'autopart --type=plain', disks: [12], firmware: 'uefi' },
  thin: {
    recipe: 'autopart --type=thinp',
    disks: [12],
    held: { source: '/dev/mapper/system-root', type: 'ext4' },
  },
  btrfs: { recipe: 'autopart --type=btrfs', disks: [12], syntax: 'F41' },
  'old-file-systems': {
    recipe: [
      'reqpart --add-boot',
      'part swap --size=300 --label=space',
      'part /srv --fstype=ext2 --size=200 --label=second',
      'part /opt --fstype=ext3 --size=200 --label=third',
      'part / --fstype=xfs --size=1000 --grow --label=root',
    ].join('\n'),
    disks: [4],
  },
  arrays: {
    recipe: [
      'reqpart',
      ...mirrored,
      'part / --size=500 --ondisk=serial=$1 --fstype=ext4',
      'raid /boot --device=md0 --level=1 --fstype=ext4 --label=boot raid.11 raid.12 raid.13 --spares=1',
      'raid pv.1 --device=md1 --level=5 raid.21 raid.22 raid.23',
      'volgroup data pv.1',
      'logvol /var --vgname=data --name=var --size=400 --fstype=xfs',
      'bootloader --boot-drive=serial=$1',
    ].join('\n'),
    disks: [3, 3, 3],
  },
  'arrays-again': {
    recipe: 'reqpart\npart / --size=1000 --grow --ondisk=serial=$1',
    disks: [],
    over: 'arrays',
  },
  'btrfs-raid': {
    recipe: [
      'reqpart --add-boot',
      'part btrfs.1 --size=1500 --ondisk=serial=$1',
      'part btrfs.2 --size=1500 --ondisk=serial=$2',
      'btrfs none --label=pool --data=raid1 --metadata=raid1 btrfs.1 btrfs.2',
      'btrfs / --subvol --name=root LABEL=pool',
      'btrfs /home --subvol --name=home LABEL=pool',
      'bootloader --boot-drive=serial=$1',
    ].join('\n'),
    disks: [4, 4],
    syntax: 'F41',
  },
  luks: { recipe: 'autopart --encrypted --passphrase=secret --luks-version=luks2', disks: [12] },
  'luks-again': { recipe: 'autopart --type=lvm', disks: [], over: 'luks' },
};

interface Planned {
  readonly steps: StorageSteps;
  readonly disks: readonly Disk[];
  readonly lines: string;
}

const folder = mkdtempSync(join(tmpdir(), 'heorot-storage-'));
const disksOf = new Map<string, readonly Disk[]>();
const plans = new Map(Object.entries(scenarios).map(([name, scenario]) => [name, planOf(name, scenario)]));
let said: ReadonlyMap<string, readonly string[]>;

beforeAll(async () => {
  const { bootenv } = await headWithBootEnvironment(folder);
  const archives = [
    readFileSync(join(bootenv, 'initrd.img')),
    Buffer.concat([...writeCpio([...guestFiles(), storagePart(bootenv)])]),
  ];
  writeFileSync(
    join(folder, 'initrd.img'),
    Buffer.concat(archives.flatMap((each) => [each, gapAfter(each)])),
  );
  await runMachine(join(bootenv, 'vmlinuz'));
  const report = readFileSync(join(folder, 'report'), 'utf8').replaceAll('\r', '');
  said = new Map(
    report
      .split(/^plan /m)
      .slice(1)
      .map((part) => {
        const [name = '', ...lines] = part.split('\n');
        return [name, lines.filter((line) => line !== '')] as const;
      }),
  );
  if (!/^end$/m.test(report)) throw new Error(readFileSync(join(folder, 'console'), 'utf8').slice(-3000));
}, 900_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** What the head makes of a recipe for disks that are blank, or of which this boot knows that it has written them. */
function planOf(
  name: string,
  { recipe, disks, firmware = 'bios', syntax = 'RHEL9', over }: Scenario,
): Planned {
  const own =
    over === undefined ? disks.map((gib, at) => blank(`${name}-${at + 1}`, gib)) : disksOf.get(over);
  if (own === undefined) throw new Error(`${over} comes later`);
  disksOf.set(name, own);
  const text = recipe.replaceAll(/\$(\d)/g, (_, at: string) => own[Number(at) - 1]?.serial ?? '');
  const parsed = parseRecipe(`zerombr\nclearpart --all --initlabel\n${text}\n`, { syntax });
  expect(parsed.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  const planned = planStorage(parsed.recipe, { disks: own, firmware, memoryBytes: GIB });
  if (planned.kind === 'impossible')
    throw new Error(
      `${name}: ${planned.findings.map(({ line, message }) => `${line}: ${message}`).join('; ')}`,
    );
  const steps = storageSteps(planned.plan, name);
  const used = planned.plan.disks.map(({ name: disk }) => own.find((each) => each.name === disk));
  const found = used.flatMap((disk, at): readonly PlanStep[] =>
    disk === undefined
      ? []
      : [
          {
            kind: 'disk',
            name: `d${at + 1}`,
            serial: disk.serial ?? '',
            sizeBytes: disk.sizeBytes,
            table: blankTable,
          },
        ],
  );
  const mounts = steps.mounts.flatMap(({ device, path, options }): readonly PlanStep[] =>
    path === 'swap' ? [] : [{ kind: 'mount', device, path, options: options === 'defaults' ? '' : options }],
  );
  return { steps, disks: own, lines: stepLines([...found, ...steps.partition, ...steps.format, ...mounts]) };
}

function blank(serial: string, gib: number): Disk {
  const facts = { links: [], wwn: undefined, contents: '', busy: undefined };
  return { name: serial, serial, sizeBytes: gib * GIB, ...facts };
}

/** The kernel looks for the next archive at a multiple of four. */
function gapAfter({ length }: Buffer): Buffer {
  return Buffer.alloc(3 - ((length + 3) % 4));
}

/** As a plan lets it be fetched, beside the plans. */
function storagePart(bootenv: string): CpioEntry {
  const content = readFileSync(join(bootenv, STORAGE_PART));
  return { path: `plans/${STORAGE_PART}`, type: 'file', content };
}

function guestFiles(): readonly CpioEntry[] {
  const files: CpioEntry[] = [
    { path: 'lib', type: 'directory' },
    { path: 'lib/heorot', type: 'directory' },
    { path: 'plans', type: 'directory' },
    { path: 'bin', type: 'directory' },
    { path: 'bin/lvcreate', type: 'symlink', target: 'lvm' },
    { path: 'bin/lvremove', type: 'symlink', target: 'lvm' },
    {
      path: 'lib/heorot/agent',
      type: 'file',
      mode: 0o755,
      content: readFileSync(join(import.meta.dirname, 'guest/storage-agent.sh')),
    },
  ];
  for (const [at, [name, { steps, lines }]] of [...plans].entries()) {
    const path = `plans/${String(at).padStart(2, '0')}-${name}`;
    files.push({ path: `${path}.plan`, type: 'file', content: Buffer.from(lines) });
    const { held } = scenarios[name] ?? {};
    if (held !== undefined) {
      const script = holdScript('heorot-capture-0123456789ab', [
        { folder: '', path: '/mnt', mount: '/mnt', ...held },
      ]);
      files.push({ path: `${path}.hold`, type: 'file', content: Buffer.from(script) });
    }
    if (steps.encrypted.length === 0) continue;
    files.push({ path: `${path}.luks`, type: 'directory' });
    for (const { name: container, passphrase } of steps.encrypted)
      files.push({ path: `${path}.luks/${container}`, type: 'file', content: Buffer.from(passphrase) });
  }
  return files;
}

async function runMachine(kernel: string): Promise<void> {
  const disks = [...plans]
    .filter(([name]) => scenarios[name]?.over === undefined)
    .flatMap(([, each]) => each.disks);
  const drives = disks.flatMap(({ serial, sizeBytes }) => {
    const path = join(folder, `${serial}.raw`);
    writeFileSync(path, '');
    truncateSync(path, sizeBytes);
    return [
      ['-drive', `file=${path},format=raw,if=none,id=${serial},cache=unsafe,discard=unmap`],
      ['-device', `virtio-blk-pci,drive=${serial},serial=${serial}`],
    ].flat();
  });
  // biome-ignore format: one option after the other
  const machine = spawn('nice', [
    'qemu-system-x86_64', '-machine', 'q35', '-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', '2', '-m', '1200', '-display', 'none',
    '-nodefaults', '-no-reboot', '-serial', `file:${join(folder, 'console')}`, '-serial', `file:${join(folder, 'report')}`,
    '-kernel', kernel, '-initrd', join(folder, 'initrd.img'), '-append', 'console=ttyS0 quiet panic=-1', '-device', 'virtio-rng-pci', ...drives,
  ], { stdio: 'inherit' });
  const timer = setTimeout(() => machine.kill('SIGKILL'), 800_000);
  await once(machine, 'exit');
  clearTimeout(timer);
}

/** As the machine says it. */
function linesOf(name: string, word: string): readonly string[] {
  const [, lines = []] = [...said].find(([key]) => key.replace(/^\d+-/, '') === name) ?? [];
  return lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
}

describe.each(Object.keys(scenarios))('the recipe %s, on a machine', (name) => {
  const { steps } = plans.get(name) ?? {};
  const all = [...(steps?.partition ?? []), ...(steps?.format ?? [])];
  const of = <Kind extends PlanStep['kind']>(kind: Kind): readonly Extract<PlanStep, { kind: Kind }>[] =>
    all.filter((step): step is Extract<PlanStep, { kind: Kind }> => step.kind === kind);

  it('is done to its last line, and leaves no disk busy', () => {
    expect([...linesOf(name, 'failed'), ...linesOf(name, 'said')]).toEqual([]);
    expect(linesOf(name, 'busy')).toEqual([]);
  });

  it('gives each partition its size, and each file system its type, UUID and label', () => {
    const devices = new Map(
      linesOf(name, 'device').map((line) => [line.split(' ')[0] ?? '', line.split(' ').slice(1)]),
    );
    for (const { name: device, sizeBytes } of of('partition'))
      expect([device, devices.get(device)?.[0]]).toEqual([device, String(sizeBytes)]);
    for (const { device, type, uuid, label } of of('filesystem'))
      expect([device, ...(devices.get(device)?.slice(1) ?? [])]).toEqual([
        device,
        type,
        uuid,
        label === '' ? '-' : label,
      ]);
    for (const { device, uuid, label } of of('swap'))
      expect([device, ...(devices.get(device)?.slice(1) ?? [])]).toEqual([
        device,
        'swap',
        uuid,
        label === '' ? '-' : label,
      ]);
  });

  it('mounts what fstab will name', () => {
    const wanted = (steps?.mounts ?? [])
      .filter(({ path }) => path !== 'swap')
      .map(({ path, type }) => `${path} ${type}`);
    expect([...linesOf(name, 'mount')].sort()).toEqual(wanted.sort());
  });

  it('has the arrays, volumes and containers that were planned', () => {
    const arrays = of('array').map(({ level, members, spares, uuid }) =>
      [
        `raid${level.replace(/^raid/i, '')}`,
        members.length - spares,
        uuid.replaceAll('-', '').replaceAll(/(.{8})(?=.)/g, '$1:'),
      ].join(' '),
    );
    expect(
      linesOf(name, 'array')
        .map((line) => line.trim())
        .sort(),
    ).toEqual(arrays.sort());
    const volumes = [
      ...of('volume').map(({ group, name: volume, sizeBytes }) => `${group} ${volume} ${sizeBytes} linear`),
      ...of('thinpool').map(
        ({ group, name: volume, sizeBytes }) => `${group} ${volume} ${sizeBytes} thin-pool`,
      ),
      ...of('thin').map(
        ({ group, name: volume, sizeBytes, pool }) => `${group} ${volume} ${sizeBytes} thin ${pool}`,
      ),
    ];
    expect([...linesOf(name, 'volume')].sort()).toEqual(volumes.sort());
    expect(linesOf(name, 'luks')).toEqual(
      of('luks').map(({ name: container, version }) => `${container} ${version.replace('luks', '')}`),
    );
    expect([...linesOf(name, 'subvolume')].sort()).toEqual(
      of('subvolume')
        .map(({ device, name: volume }) => `${device} ${volume}`)
        .sort(),
    );
  });
});

it('mirrors data and metadata of btrfs where the recipe says so', () => {
  expect(linesOf('btrfs-raid', 'profile')).toEqual(['btrfs-pool Data RAID1', 'btrfs-pool Metadata RAID1']);
});

it.each(['lvm', 'thin'])('holds the root of %s still by a snapshot, of which nothing stays', (name) => {
  expect(linesOf(name, 'held')).toEqual(['0 lvm before']);
  expect(linesOf(name, 'held-left')).toEqual(['0 0 ']);
});
