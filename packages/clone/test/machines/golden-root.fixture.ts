// A golden root made by mmdebstrap, once for each list of packages; it lies below the cache folder, as CI keeps that for a run.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '@heorot/state';

const packages =
  'linux-image-cloud-amd64,openssh-server,systemd-sysv,udev,iproute2,initramfs-tools,zstd,acl,libcap2-bin';

/** What the rules of hygiene ask of an image: no identity in it. */
const hooks = [
  'systemctl --root="$1" enable systemd-networkd ssh',
  'rm -f "$1"/etc/ssh/ssh_host_*_key* "$1"/etc/hostname; : > "$1"/etc/machine-id',
];

/** @returns the path of a tar.zst */
export function goldenRoot(): string {
  const recipe = JSON.stringify([packages, hooks]);
  const name = `golden-${createHash('sha256').update(recipe).digest('hex').slice(0, 12)}.tar.zst`;
  const folder = cacheFolder(process.env, 'test-images');
  const path = join(folder, name);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const beside = join(folder, `part-${process.pid}.tar`);
  execFileSync(
    'mmdebstrap',
    [
      '--variant=minbase',
      '--quiet',
      `--include=${packages}`,
      ...['doc', 'man', 'locale'].map((each) => `--dpkgopt=path-exclude=/usr/share/${each}/*`),
      ...hooks.map((each) => `--customize-hook=${each}`),
      'bookworm',
      beside,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  execFileSync('zstd', ['-q', '-3', '-T2', '--rm', beside, '-o', `${beside}.zst`]);
  renameSync(`${beside}.zst`, path);
  return path;
}
