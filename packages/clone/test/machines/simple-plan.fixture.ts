// One layout that both firmwares boot: BIOS boot partition, ESP, root. And the identity of one node, as two tars.
import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Claim } from '../../src/protocol/claim.ts';
import type { PlanStep } from '../../src/protocol/plan-step.ts';
import type { GoldenImage } from './golden-image.fixture.ts';

const MIB = 1024 * 1024;
const types = {
  biosBoot: '21686148-6449-6e6f-744e-656564454649',
  efi: 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b',
  linux: '0fc63daf-8483-4772-8e79-3d69d8477de4',
};

export interface NodeIdentity {
  readonly folder: string;
  readonly node: string;
  readonly address: string;
  readonly gateway: string;
  /** OpenSSH formats. */
  readonly hostKey: string;
  readonly authorizedKey: string;
}

const ROOT_UUID = 'b1e55ed0-0000-4000-8000-000000000001';

/** Files of the identity bundle, by their path in it. */
function identityFiles({ node, address, gateway, authorizedKey }: NodeIdentity): Record<string, string> {
  return {
    'root/etc/hostname': `${node}\n`,
    'root/etc/fstab': `UUID=${ROOT_UUID} / ext4 defaults 0 1\n`,
    'root/etc/systemd/network/10-heorot.network': `[Match]\nType=ether\n[Network]\nAddress=${address}/24\nGateway=${gateway}\n`,
    'root/root/.ssh/authorized_keys': `${authorizedKey}\n`,
    'root/boot/grub/grub.cfg': [
      'set timeout=0',
      'serial --unit=0 --speed=115200',
      'terminal_output serial',
      'menuentry node {',
      `  linux /vmlinuz root=UUID=${ROOT_UUID} ro console=ttyS0 quiet`,
      '  initrd /initrd.img',
      '}',
      '',
    ].join('\n'),
    'post/10-trace.chroot.must':
      '#!/bin/sh\nset -e\nhostname >/dev/null\ntest -e /etc/debian_version\necho "made by a script" >/etc/heorot-trace\n',
  };
}

/** @returns the paths of the bundle, and the tar of the secrets */
export function writeIdentity(identity: NodeIdentity): { readonly bundle: string; readonly secrets: Buffer } {
  const bundle = tarOf(join(identity.folder, 'bundle'), identityFiles(identity));
  const secrets = tarOf(join(identity.folder, 'secrets'), {
    'root/etc/ssh/ssh_host_ed25519_key': identity.hostKey,
    'root/root/.ssh/authorized_keys': `${identity.authorizedKey}\n`,
  });
  return { bundle, secrets: readFileSync(secrets) };
}

function tarOf(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    const isSecret = /host_.*_key$|authorized_keys/.test(path);
    writeFileSync(join(folder, path), content, {
      mode: isSecret ? 0o600 : path.startsWith('post') ? 0o755 : 0o644,
    });
  }
  execFileSync('tar', ['-C', folder, '--owner=0', '--group=0', '-cf', `${folder}.tar`, '.']);
  return `${folder}.tar`;
}

export interface SimpleOrder {
  readonly image: GoldenImage;
  readonly imagePath: string;
  readonly bundle: string;
  readonly bootenv: string;
  readonly finish: 'reboot' | 'poweroff' | 'kexec';
}

/** What the claim says of the first disk is what the plan means. */
export function simplePlan(claim: Claim, order: SimpleOrder): readonly PlanStep[] {
  const [disk] = claim.disks;
  if (disk === undefined) throw new Error('the machine has no disk');
  const rootStart = 68 * MIB;
  const partition = (name: string, number: number, start: number, size: number, type: string): PlanStep => ({
    kind: 'partition',
    name,
    disk: 'd1',
    number,
    startBytes: start,
    sizeBytes: size,
    type,
    uuid: randomUUID(),
    label: '',
  });
  const fetch = (file: string, path: string, local: string): PlanStep => ({
    kind: 'fetch',
    file,
    path,
    sha256: createHash('sha256').update(readFileSync(local)).digest('hex'),
    sizeBytes: statSync(local).size,
  });
  const loader = (file: string): PlanStep =>
    fetch(file, `/boot/grub/${file}`, join(order.bootenv, 'grub', file));
  const phase = (name: Extract<PlanStep, { kind: 'phase' }>['phase']): PlanStep => ({
    kind: 'phase',
    phase: name,
    seconds: 600,
  });
  const toRoot = { filesystem: 'd1p3', directory: '/boot/grub', disk: 'd1' };
  return [
    phase('check'),
    { kind: 'disk', name: 'd1', serial: disk.serial ?? '', sizeBytes: disk.sizeBytes, table: disk.table },
    ...['boot.img', 'core.img', 'grubx64.efi'].map(loader),
    fetch('bundle', '/v1/bundle', order.bundle),
    phase('partition'),
    { kind: 'erase', disk: 'd1' },
    { kind: 'gpt', disk: 'd1', uuid: randomUUID() },
    partition('d1p1', 1, MIB, 3 * MIB, types.biosBoot),
    partition('d1p2', 2, 4 * MIB, 64 * MIB, types.efi),
    partition('d1p3', 3, rootStart, Math.floor((disk.sizeBytes - rootStart) / MIB - 2) * MIB, types.linux),
    phase('format'),
    { kind: 'filesystem', device: 'd1p2', type: 'vfat', uuid: '1234-ABCD', label: 'esp', options: [] },
    { kind: 'filesystem', device: 'd1p3', type: 'ext4', uuid: ROOT_UUID, label: 'heorot-boot', options: [] },
    { kind: 'mount', device: 'd1p3', path: '/', options: '' },
    { kind: 'mount', device: 'd1p2', path: '/boot/efi', options: '' },
    phase('secrets'),
    { kind: 'secrets' },
    phase('image'),
    {
      kind: 'image',
      sha256: order.image.sha256,
      sizeBytes: order.image.sizeBytes,
      mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd',
      sources: [`http:${order.imagePath}`],
    },
    phase('identity'),
    { kind: 'bundle', file: 'secrets' },
    { kind: 'bundle', file: 'bundle' },
    phase('post'),
    { kind: 'post', file: 'bundle' },
    phase('bootloader'),
    { kind: 'bootloader', firmware: 'bios', partition: 'd1p1', ...toRoot },
    { kind: 'bootloader', firmware: 'uefi', partition: 'd1p2', ...toRoot },
    phase('flush'),
    { kind: 'flush' },
    { kind: 'finish', how: order.finish },
  ];
}
