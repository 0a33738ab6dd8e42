// What sync never touches: what makes a node this node, and what the image does not own.
import { fateBy, type HygieneRule, rulesWith } from '../image/hygiene-rules.ts';

const own = (pattern: string): HygieneRule => ({
  pattern,
  must: 'absent',
  why: 'it is the identity of the node',
});

/** Written at deployment, or by the node itself. */
const identity: readonly HygieneRule[] = [
  'etc/{hostname,hosts,fstab,crypttab,machine-info,resolv.conf,mdadm/mdadm.conf}',
  'etc/heorot/**',
  'etc/network/interfaces',
  'etc/network/interfaces.d/**',
  'etc/netplan/**',
  'etc/systemd/network/**',
  'etc/NetworkManager/system-connections/**',
  'root/.ssh/**',
  'home/*/.ssh/**',
  'boot/grub/{grub.cfg,grubenv}',
  'boot/{grub2/grub.cfg,grub2/grubenv}',
  'boot/efi/**',
  '{proc,sys,dev,run,tmp}/**',
].map(own);

/** @returns whether the image may change a path. */
export function ownedBy(exclude: readonly string[]): (path: string) => boolean {
  const fate = fateBy([...identity, ...rulesWith([], exclude)]);
  return (path) => path !== '' && fate(path) === 'kept';
}

/** An older kernel and its modules stay: the boot loader of the node may still name them. */
export function mayBeRemoved(path: string): boolean {
  return !/^(boot|(usr\/)?lib\/modules)\//.test(path);
}
