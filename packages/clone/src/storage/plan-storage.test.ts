import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../recipe/parse-recipe.ts';
import type { Syntax } from '../recipe/syntax.ts';
import { MIB } from './content.ts';
import type { Disk } from './disk.ts';
import { grow } from './grow.ts';
import { type MachineFacts, planStorage, type StorageResult } from './plan-storage.ts';
import type { StoragePlan } from './storage-plan.ts';

const GIB = 1024 * MIB;
const blank = (name: string, gib: number): Disk => ({
  name,
  links: [`disk/by-id/virtio-${name.toUpperCase()}`],
  serial: name.toUpperCase(),
  wwn: undefined,
  sizeBytes: gib * GIB,
  contents: '',
  busy: undefined,
});
const machine: MachineFacts = { disks: [blank('vda', 20)], firmware: 'bios', memoryBytes: 4 * GIB };

function plan(text: string, on: Partial<MachineFacts> = {}, syntax: Syntax = 'RHEL9'): StorageResult {
  const { recipe, findings } = parseRecipe(text, { syntax });
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  return planStorage(recipe, { ...machine, ...on });
}

function planned(text: string, on: Partial<MachineFacts> = {}, syntax: Syntax = 'RHEL9'): StoragePlan {
  const result = plan(text, on, syntax);
  if (result.kind === 'impossible') throw new Error(result.findings.map(({ message }) => message).join('; '));
  return result.plan;
}

function codes(result: StorageResult): readonly string[] {
  return result.kind === 'plan' ? [] : result.findings.map(({ line, code }) => `${line} ${code}`);
}

/** `name:size in MiB` of each partition. */
function sizes({ disks }: StoragePlan): readonly string[] {
  return disks.flatMap(({ partitions }) =>
    partitions.map(({ name, sizeBytes }) => `${name}:${sizeBytes / MIB}`),
  );
}

describe('planStorage', () => {
  it('lays partitions one after another, aligned, and grows what may grow', () => {
    const made = planned(
      'reqpart --add-boot\npart swap --size=1024\npart / --size=1024 --grow --fstype=xfs --label=root\n',
    );
    expect(sizes(made)).toEqual(['biosboot:1', '/boot:1024', 'swap:1024', `/:${20 * 1024 - 2 - 1 - 2048}`]);
    const [disk] = made.disks;
    expect(disk?.serial).toBe('VDA');
    expect(disk?.partitions.map(({ startBytes }) => startBytes / MIB)).toEqual([1, 2, 1026, 2050]);
    expect(disk?.partitions.at(-1)?.content).toMatchObject({ type: 'xfs', mountPoint: '/', label: 'root' });
    expect(made.boot).toMatchObject({ firmware: 'bios', disk: 'vda' });
  });

  it('shares growth by size, up to each bound', () => {
    const made = planned('reqpart\npart / --size=3000 --grow\npart /a --size=1000 --grow --maxsize=1500\n');
    expect(sizes(made)).toEqual(['biosboot:1', `/:${20 * 1024 - 2 - 1 - 1500}`, '/a:1500']);
  });

  it('counts volumes in extents, with percentages, reserves and growth', () => {
    const made = planned(
      'reqpart\npart pv.1 --size=4097\nvolgroup vg pv.1 --reserved-percent=10\n' +
        'logvol / --vgname=vg --name=root --percent=50\nlogvol /var --vgname=vg --name=var --size=101\n' +
        'logvol swap --vgname=vg --name=swap --size=100 --grow --maxsize=200\n',
    );
    const [group] = made.groups;
    expect(group).toMatchObject({ extentBytes: 4 * MIB, sizeBytes: 4096 * MIB });
    expect(group?.volumes.map(({ name, sizeBytes }) => `${name}:${sizeBytes / MIB}`)).toEqual([
      'root:1840',
      'var:104',
      'swap:200',
    ]);
  });

  it('puts thin volumes into their pool', () => {
    const made = planned(
      'reqpart\npart pv.1 --size=8000\nvolgroup vg pv.1\nlogvol none --vgname=vg --name=pool --thinpool --size=4000\n' +
        'logvol / --vgname=vg --name=root --thin --poolname=pool --size=20000\n',
    );
    expect(made.groups[0]?.volumes.map(({ role }) => role.kind)).toEqual(['thin-pool', 'thin']);
    expect(made.groups[0]?.volumes[1]?.sizeBytes).toBe(20000 * MIB);
  });

  it('builds a mirror over two disks', () => {
    const made = planned(
      'bootloader --boot-drive=vda\nreqpart\npart raid.1 --size=5000 --ondisk=vda\npart raid.2 --size=6000 --ondisk=vdb\n' +
        'raid / --device=md0 --level=1 --fstype=xfs raid.1 raid.2\n',
      { disks: [blank('vda', 20), blank('vdb', 20)] },
    );
    expect(made.arrays).toMatchObject([{ device: 'md0', level: '1', members: ['raid.1', 'raid.2'] }]);
    expect(made.arrays[0]?.sizeBytes).toBeLessThan(5000 * MIB);
    expect(made.arrays[0]?.sizeBytes).toBeGreaterThan(4800 * MIB);
  });

  it('makes the default layout, with /home on a large disk only', () => {
    const names = (gib: number, text = 'autopart\n'): readonly string[] =>
      planned(text, { disks: [blank('vda', gib)] }).groups.flatMap(({ volumes }) =>
        volumes.map(({ name }) => name),
      );
    expect(names(20)).toEqual(['swap', 'root']);
    expect(names(200)).toEqual(['swap', 'root', 'home']);
    expect(names(200, 'autopart --nohome --noswap\n')).toEqual(['root']);
    expect(names(200, 'autopart --type=thinp\n')).toEqual(['swap', 'pool00', 'root', 'home']);
    expect(sizes(planned('autopart --type=plain\n', { firmware: 'uefi' })).slice(0, 3)).toEqual([
      '/boot/efi:600',
      '/boot:1024',
      'swap:4096',
    ]);
    expect(planned('autopart --type=btrfs\n', {}, 'F41').btrfs).toMatchObject([
      { name: 'system', subvolumes: [{ name: 'root', mountPoint: '/' }] },
    ]);
  });

  it('mounts a tmpfs without a partition', () => {
    const made = planned('reqpart\npart / --size=1 --grow\npart /tmp --fstype=tmpfs --size=100\n');
    expect(made.tmpfs).toEqual([{ mountPoint: '/tmp', sizeMib: 100, mountOptions: undefined }]);
    expect(sizes(made)).toHaveLength(2);
  });

  const two = [blank('vda', 20), blank('vdb', 20)];
  const used: Disk = { ...blank('vda', 20), contents: 'ntfs, 3 partitions' };
  const root = 'reqpart\npart / --size=1 --grow\n';
  it.each<[string, string, Partial<MachineFacts>, readonly string[]]>([
    ['no root', 'reqpart\npart /x --size=1\n', {}, ['1 root-missing']],
    ['no partition for the firmware', 'part / --size=1\n', {}, ['1 firmware-partition-missing']],
    ['a disk that is too small', 'reqpart\npart / --size=30000\n', {}, ['2 disk-too-small']],
    [
      'a group that is too small',
      'reqpart\npart pv.1 --size=100\nvolgroup vg pv.1\nlogvol / --vgname=vg --name=r --size=200\n',
      {},
      ['4 group-too-small'],
    ],
    ['no disks', root, { disks: [] }, ['1 disk-none']],
    ['two disks and no choice', root, { disks: two }, ['1 disk-not-chosen']],
    ['an unknown disk', 'reqpart\npart / --size=1 --ondisk=vdx\n', {}, ['1 disk-unknown']],
    [
      'a name for two disks',
      'reqpart\npart / --size=1 --ondisk=disk/by-id/virtio-*\n',
      { disks: two },
      ['1 disk-ambiguous'],
    ],
    ['a disk that is ignored', `ignoredisk --drives=vda\n${root}`, {}, ['2 disk-none']],
    [
      'a disk in use',
      `clearpart --all\n${root}`,
      { disks: [{ ...used, busy: 'mounted at /data' }] },
      ['2 disk-busy'],
    ],
    ['a disk that must not be erased', root, { disks: [used] }, ['1 disk-not-cleared']],
    [
      'another one cleared',
      `clearpart --all --drives=vdb\n${root}`,
      { disks: [used] },
      ['2 disk-not-cleared'],
    ],
    ['a member that is missing', 'reqpart\npart / --size=1\nvolgroup vg pv.1\n', {}, ['3 member-unknown']],
    ['a member that is unused', 'reqpart\npart / --size=1\npart pv.1 --size=9\n', {}, ['3 member-unused']],
    ['a group that is missing', 'reqpart\nlogvol / --vgname=vg --name=r --size=9\n', {}, ['2 group-unknown']],
    ['a mount point twice', 'reqpart\npart / --size=1\npart / --size=2\n', {}, ['3 name-twice']],
    ['a size that is missing', 'reqpart\npart /\n', {}, ['2 size-missing']],
    [
      'too few members',
      'reqpart\npart raid.1 --size=500\nraid / --device=md0 --level=1 raid.1\n',
      {},
      ['3 array-members'],
    ],
    ['nothing about disks', 'lang C\n', {}, ['1 storage-missing']],
  ])('refuses %s, before anything is erased', (_what, text, on, expected) => {
    expect(codes(plan(text, on))).toEqual(expected);
  });

  it('takes a disk by serial, whatever its name today', () => {
    const made = planned(
      'ignoredisk --only-use=serial=VDB\nclearpart --all\nreqpart\npart / --size=1 --grow\n',
      { disks: two },
    );
    expect(made.disks.map(({ name }) => name)).toEqual(['vdb']);
    expect(planned(`clearpart --all\n${root}`, { disks: [used] }).disks[0]?.erases).toBe(
      'ntfs, 3 partitions',
    );
  });
});

describe('grow', () => {
  it('gives away all there is, or fills every bound', () => {
    const item = fc.record({
      size: fc.nat(5000),
      grow: fc.boolean(),
      max: fc.option(fc.nat(9000), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(item), fc.nat(100_000), (items, free) => {
        const after = grow(items, free);
        const given = after.reduce((sum, size, index) => sum + size - (items[index]?.size ?? 0), 0);
        const open = items.filter(
          (each, index) => each.grow && (after[index] ?? 0) < (each.max ?? Number.POSITIVE_INFINITY),
        );
        expect(given).toBeLessThanOrEqual(free);
        expect(open.length === 0 || given === free).toBe(true);
        expect(items.filter((each, index) => (after[index] ?? 0) < each.size)).toEqual([]);
        expect(items.filter((each, index) => !each.grow && after[index] !== each.size)).toEqual([]);
      }),
    );
  });
});
