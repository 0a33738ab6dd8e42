// The files that make an image this node: for the bundle what anybody may read, for the sealed part what nobody else may.
import { quoteForSh } from '@heorot/fanout';
import type { NodePlan } from '../plan/node-plan.ts';
import type { Mount, StorageSteps } from '../plan/storage-steps.ts';
import type { Script, SystemSettings } from '../recipe/settings.ts';
import { networkFiles } from './network-files.ts';
import { passwordScript, settingsScript } from './settings-script.ts';
import type { SshHostKey } from './ssh-host-key.ts';
import type { TarFile } from './write-tar.ts';

/** Readable by anybody: members below root/, scripts/ and post/. */
export function bundleFiles(
  plan: NodePlan,
  storage: StorageSteps,
  settings: SystemSettings,
  machineId: string,
): readonly TarFile[] {
  const { identity, image, mac } = plan;
  const below = (files: readonly TarFile[]): readonly TarFile[] =>
    files.map((file) => ({ ...file, path: `root/${file.path}` }));
  const plain = (path: string, content: string, mode = 0o644): TarFile => ({
    path: `root/${path}`,
    mode,
    content,
  });
  const script = settingsScript(settings);
  return [
    plain('etc/hostname', `${identity.hostName}\n`),
    plain('etc/hosts', hostsFile(plan)),
    plain('etc/machine-id', `${machineId}\n`, 0o444),
    plain('etc/fstab', fstab(storage.mounts)),
    plain('etc/heorot/image', `${image.name} ${image.digest}\n`),
    ...bootConfiguration(plan, storage),
    ...below(networkFiles(identity.network, mac, settings.interfaces)),
    ...authorizedKeys(plan, settings),
    ...(script === undefined
      ? []
      : [{ path: 'scripts/10-settings.chroot.must', mode: 0o755, content: script }]),
    ...settings.scripts.filter(({ when }) => when === 'post').map(postScript),
  ];
}

/** For this node alone. */
export function secretFiles(
  hostKey: SshHostKey,
  storage: StorageSteps,
  settings: SystemSettings,
): readonly TarFile[] {
  const passwords = passwordScript(settings);
  return [
    { path: 'root/etc/ssh/ssh_host_ed25519_key', mode: 0o600, content: hostKey.privateKey },
    { path: 'root/etc/ssh/ssh_host_ed25519_key.pub', mode: 0o644, content: `${hostKey.publicKey}\n` },
    ...storage.encrypted.map(({ name, passphrase }) => ({
      path: `luks/${name}`,
      mode: 0o600,
      content: passphrase,
    })),
    ...(passwords === undefined
      ? []
      : [{ path: 'scripts/20-passwords.chroot.must', mode: 0o700, content: passwords }]),
  ];
}

function hostsFile({ identity: { hostName, hosts } }: NodePlan): string {
  const lines = ['127.0.0.1 localhost', `127.0.1.1 ${hostName}`, '::1 localhost ip6-localhost ip6-loopback'];
  return `${[...lines, ...hosts.map(({ address, name }) => `${address} ${name}`)].join('\n')}\n`;
}

/** fstab(5). The root is checked first, all others after it; btrfs, xfs and swap never. */
function fstab(mounts: readonly Mount[]): string {
  const lines = mounts.map(({ path, type, uuid, options }) => {
    const pass = type === 'swap' || type === 'btrfs' || type === 'xfs' ? 0 : path === '/' ? 1 : 2;
    return `UUID=${uuid} ${path === 'swap' ? 'none' : path.replaceAll(' ', '\\040')} ${type} ${options} 0 ${pass}`;
  });
  return `${lines.join('\n')}\n`;
}

/** grub.cfg, with the kernel that the image has: no configuration is generated on the node. */
function bootConfiguration({ node, image, storage }: NodePlan, { mounts }: StorageSteps): readonly TarFile[] {
  const root = mounts.find(({ path }) => path === '/');
  const boot = mounts.find(({ path }) => path === '/boot');
  if (root === undefined || image.kernel === undefined) return [];
  const folder = boot === undefined ? '/boot' : '';
  const { kernelArguments, timeoutSeconds = 1 } = storage.boot;
  const lines = [
    `set timeout=${timeoutSeconds}`,
    `search --no-floppy --fs-uuid --set=root ${(boot ?? root).uuid}`,
    `menuentry '${node} ${image.name}' {`,
    `  linux ${folder}/${image.kernel} root=UUID=${root.uuid} ro ${kernelArguments}`.trimEnd(),
    ...(image.initrd === undefined ? [] : [`  initrd ${folder}/${image.initrd}`]),
    '}',
  ];
  return [{ path: 'root/boot/grub/grub.cfg', mode: 0o600, content: `${lines.join('\n')}\n` }];
}

function authorizedKeys({ identity }: NodePlan, settings: SystemSettings): readonly TarFile[] {
  const keys = [...identity.authorizedKeys.map((key) => ({ user: identity.user, key })), ...settings.sshKeys];
  const users = [...new Set(keys.map(({ user }) => user))];
  return users.flatMap((user): readonly TarFile[] => {
    const content = `${keys
      .filter((each) => each.user === user)
      .map(({ key }) => key)
      .join('\n')}\n`;
    if (user === 'root') return [{ path: 'root/root/.ssh/authorized_keys', mode: 0o600, content }];
    // The home of another user is known in the target only.
    const owner = quoteForSh(user);
    const script = `#!/bin/sh\nset -e\nhome=$(getent passwd ${owner} | cut -d: -f6)\ninstall -d -m 700 -o ${owner} "$home/.ssh"\ncat > "$home/.ssh/authorized_keys" <<'KEYS'\n${content}KEYS\nchown ${owner} "$home/.ssh/authorized_keys"\nchmod 600 "$home/.ssh/authorized_keys"\n`;
    return [
      { path: `scripts/30-keys-${user.replace(/\W/g, '_')}.chroot.must`, mode: 0o755, content: script },
    ];
  });
}

function postScript({ interpreter, chroot, stopOnError, text }: Script, at: number): TarFile {
  const name = `${String(at + 10)}-post.${chroot ? 'chroot' : 'outside'}.${stopOnError ? 'must' : 'may'}`;
  return { path: `post/${name}`, mode: 0o755, content: `#!${interpreter}\n${text}` };
}
