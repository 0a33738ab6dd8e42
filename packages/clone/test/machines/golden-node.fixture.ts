// The golden node: a Debian that somebody has set up by hand long ago. Its disk is one file system, its kernel is loaded by QEMU.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DirectKernel, Machine, MachinesLab } from '@heorot/lab';
import { goldenRoot } from './golden-root.fixture.ts';

export interface GoldenNode {
  readonly kernel: DirectKernel;
  /** Writes its disk, once it is known where it is. @returns its host key, as known_hosts has it */
  settle(machine: Machine, lab: MachinesLab): string;
}

export function goldenNode(folder: string): GoldenNode {
  const root = join(folder, 'root');
  mkdirSync(root, { recursive: true });
  execFileSync('tar', ['-C', root, '--zstd', '--numeric-owner', '--xattrs', '--acls', '-xpf', goldenRoot()]);
  const boot = (name: string): string => {
    const file = readdirSync(join(root, 'boot')).find((each) => each.startsWith(name));
    if (file === undefined) throw new Error(`no ${name} in the golden root`);
    const copy = join(folder, name);
    execFileSync('cp', [join(root, 'boot', file), copy]);
    return copy;
  };
  return {
    kernel: {
      kernel: boot('vmlinuz'),
      initrd: boot('initrd.img'),
      commandLine: 'root=/dev/vda rw console=ttyS0 quiet',
    },
    settle: (machine, lab) => {
      const key = join(root, 'etc/ssh/ssh_host_ed25519_key');
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'root@golden', '-f', key]);
      const hostKey = readFileSync(`${key}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
      const write = (path: string, content: string, mode = 0o644): void => {
        mkdirSync(dirname(join(root, path)), { recursive: true, mode: 0o700 });
        writeFileSync(join(root, path), content, { mode });
      };
      write('etc/hostname', 'golden\n');
      write('etc/fstab', '/dev/vda / ext4 defaults 0 1\n');
      write('root/.ssh/authorized_keys', readFileSync(`${lab.identity}.pub`, 'utf8'), 0o600);
      write(
        'etc/systemd/network/10-by-hand.network',
        `[Match]\nType=ether\n[Network]\nAddress=${machine.address}/24\n`,
      );
      const raw = join(folder, 'golden.raw');
      execFileSync('mke2fs', ['-q', '-t', 'ext4', '-d', root, raw, '1200M']);
      execFileSync('qemu-img', ['convert', '-O', 'qcow2', raw, machine.files.disk(`DISK-${machine.name}`)]);
      rmSync(raw);
      rmSync(root, { recursive: true });
      return `${machine.address} ${hostKey}\n`;
    },
  };
}
