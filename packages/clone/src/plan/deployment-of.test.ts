import { parseHostName } from '@heorot/inventory';
import { describe, expect, it } from 'vitest';
import type { ClaimedDisk } from '../protocol/claim.ts';
import { readLines } from '../protocol/words.ts';
import { parseRecipe } from '../recipe/parse-recipe.ts';
import { systemSettings } from '../recipe/settings.ts';
import { bootFileSystem } from './boot-filesystem.ts';
import { deploymentOf } from './deployment-of.ts';
import { freshTables } from './fresh-tables.ts';
import { planNode } from './plan-node.ts';

const disk: ClaimedDisk = {
  name: 'sda',
  links: [],
  serial: 'S 1',
  wwn: undefined,
  sizeBytes: 64 * 2 ** 30,
  contents: '',
  busy: undefined,
  table: 'a'.repeat(64),
};

function deploy(recipeText: string, firmware: 'bios' | 'uefi' = 'uefi') {
  const { recipe } = parseRecipe(recipeText, { syntax: 'RHEL9' });
  const result = planNode({
    node: {
      name: parseHostName('n1'),
      address: parseHostName('10.77.0.1'),
      mac: '52:54:00:00:00:01',
      known: true,
    },
    machine: {
      mac: '52:54:00:00:00:01',
      firstSeen: 0,
      lastSeen: 0,
      address: undefined,
      platform: undefined,
      written: false,
      report: {
        firmware,
        memoryBytes: 2 ** 32,
        systemSerial: '',
        systemUuid: '',
        product: '',
        disks: [disk],
      },
    },
    image: {
      name: 'base@1',
      digest: `sha256:${'b'.repeat(64)}`,
      layer: {
        digest: `sha256:${'c'.repeat(64)}`,
        size: 77,
        mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd',
      },
      bytes: 2 ** 30,
      kernel: 'vmlinuz-6.1',
      initrd: 'initrd.img-6.1',
      network: 'ifupdown',
      storage: undefined,
      architecture: 'amd64',
    },
    recipe,
    recipeText,
    identity: { user: 'root', authorizedKeys: ['ssh-ed25519 AAAA admin'], hosts: [] },
    power: 'none',
    eraseMembers: false,
  });
  if (result.kind === 'refused') throw new Error(result.reasons.join('; '));
  const made = deploymentOf(result.plan, {
    digest: 'd'.repeat(64),
    settings: systemSettings(recipe),
    bootFiles: [],
    storagePart: {
      kind: 'fetch',
      file: 'storage',
      path: '/boot/storage',
      sha256: 'e'.repeat(64),
      sizeBytes: 6,
    },
    seconds: () => 60,
  });
  return {
    ...made,
    lines: readLines(made.plan.steps),
    bundle: Buffer.from(made.plan.bundle).toString('latin1'),
  };
}

const plain =
  'clearpart --all\nreqpart\npart /boot --size=1024 --fstype=ext4\npart swap --size=1024\npart / --size=4096 --grow --fstype=xfs\n';

describe('what a node is given', () => {
  it('touches no disk before it is checked, and makes it bootable last of all', () => {
    const kinds = deploy(plain).lines.map(([kind]) => kind);
    expect(kinds.indexOf('disk')).toBeLessThan(kinds.indexOf('erase'));
    expect(kinds.indexOf('fetch')).toBeLessThan(kinds.indexOf('erase'));
    expect(kinds.lastIndexOf('bundle')).toBeLessThan(kinds.indexOf('bootloader'));
    expect(kinds.at(-1)).toBe('finish');
  });

  const parts = 'reqpart --add-boot\npart ';
  const plainAutopart = 'autopart --type=plain --fstype=ext4';

  it.each([
    `${parts}/ --size=4096 --grow --fstype=xfs`,
    `${parts}pv.1 --size=4096 --grow\nvolgroup g pv.1\nlogvol / --vgname=g --name=root --size=2048 --fstype=ext4`,
    `${plainAutopart} --encrypted --passphrase=p`,
  ])('has the tools for its storage before it touches a disk: %j', (recipe) => {
    const kinds = deploy(`clearpart --all\n${recipe}\n`).lines.map(([kind]) => kind);
    expect(kinds).toContain('tools');
    expect(kinds.indexOf('tools')).toBeLessThan(kinds.indexOf('erase'));
  });

  it.each([`${parts}/ --size=4096 --grow --fstype=ext4`, plainAutopart])(
    'fetches no tools that every boot has: %j',
    (recipe) => {
      const kinds = deploy(`clearpart --all\n${recipe}\n`).lines.map(([kind]) => kind);
      expect(kinds).not.toContain('tools');
    },
  );

  it('names the disk by serial, size and table', () => {
    expect(deploy(plain).lines.find(([kind]) => kind === 'disk')).toEqual([
      'disk',
      'd1',
      'S 1',
      String(64 * 2 ** 30),
      'a'.repeat(64),
    ]);
  });

  it('mounts outer file systems before inner ones, and labels the one with the kernels', () => {
    const { lines } = deploy(plain);
    expect(lines.filter(([kind]) => kind === 'mount').map((words) => words[2])).toEqual([
      '/',
      '/boot',
      '/boot/efi',
    ]);
    const boot = lines.find(([kind, device]) => kind === 'filesystem' && device === mountOf(lines, '/boot'));
    expect(boot?.[4]).toBe('heorot-boot');
  });

  it('has the UUIDs of its file systems in fstab and grub.cfg', () => {
    const { lines, bundle, plan } = deploy(plain);
    const uuid = (path: string): string =>
      lines.find(([kind, device]) => kind === 'filesystem' && device === mountOf(lines, path))?.[3] ?? 'none';
    expect(bundle).toContain(`UUID=${uuid('/')} / xfs defaults 0 0\n`);
    expect(bundle).toContain(`UUID=${uuid('/boot')} /boot ext4 defaults 0 2\n`);
    expect(uuid('/boot/efi')).toMatch(/^[0-9A-F]{4}-[0-9A-F]{4}$/);
    expect(bundle).toContain(`search --no-floppy --fs-uuid --set=root ${uuid('/boot')}\n`);
    expect(bootFileSystem(plan.steps)).toBe(uuid('/boot'));
    expect(bundle).toContain(`linux /vmlinuz-6.1 root=UUID=${uuid('/')} ro`);
  });

  it("gets a network of its own in the place of the golden node's", () => {
    const { bundle } = deploy(plain);
    expect(bundle).toContain('iface lo inet loopback\nsource /etc/network/interfaces.d/*\n');
    expect(bundle).toContain('auto /mac/52:54:00:00:00:01=heorot0\niface heorot0 inet dhcp\n');
  });

  it('holds nothing secret in what anybody may read', () => {
    const { bundle, secrets, plan } = deploy(
      `${plain}rootpw --plaintext hunter2\nuser --name=ann --password=swordfish --plaintext\n`,
    );
    for (const readable of [bundle, plan.steps, plan.hostKeys]) {
      expect(readable).not.toMatch(/hunter2|swordfish|PRIVATE KEY/);
    }
    expect(Buffer.from(secrets).toString('latin1')).toMatch(/hunter2[\s\S]*swordfish/);
  });

  it('opens encrypted partitions with a passphrase that is fetched before they are made', () => {
    const { lines, bundle, secrets } = deploy(
      'clearpart --all\nreqpart\npart /boot --size=1024\npart / --size=4096 --grow --encrypted --passphrase=sesame\n',
    );
    const kinds = lines.map(([kind]) => kind);
    expect(kinds.indexOf('secrets')).toBeLessThan(kinds.indexOf('luks'));
    expect(bundle).not.toContain('sesame');
    expect(Buffer.from(secrets).toString('latin1')).toContain('sesame');
  });

  it('boots a BIOS from its BIOS boot partition', () => {
    const { lines } = deploy(plain, 'bios');
    const partition = lines.find(
      (words) => words[0] === 'partition' && words[6]?.startsWith('21686148'),
    )?.[1];
    expect(lines.find(([kind]) => kind === 'bootloader')?.slice(0, 4)).toEqual([
      'bootloader',
      'bios',
      'd1',
      partition,
    ]);
  });
});

describe('the table of a disk', () => {
  const steps = deploy(plain).plan.steps;
  const report = { firmware: 'uefi' as const, memoryBytes: 1, systemSerial: '', systemUuid: '', product: '' };
  const changed = { ...disk, table: 'f'.repeat(64) };

  it.each([
    ['stays what it was while nobody of ours has written to the disk', [changed], false, 'a'],
    ['is that of this boot when this deployment has written to it', [changed], true, 'f'],
    ['stays when another disk is there instead', [{ ...changed, serial: 'S 2' }], true, 'a'],
    ['stays when two disks could be meant', [changed, changed], true, 'a'],
  ])('%s', (_, disks, begun, table) => {
    const lines = readLines(freshTables(steps, { ...report, disks }, begun));
    expect(lines.find(([kind]) => kind === 'disk')?.[4]).toBe(table.repeat(64));
  });
});

function mountOf(lines: readonly (readonly string[])[], path: string): string {
  return lines.find((words) => words[0] === 'mount' && words[2] === path)?.[1] ?? '';
}
