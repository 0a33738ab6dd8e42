// What turns new namespaces into a machine that boots: its own files bound over the machine's, then sshd, or systemd and sshd as one
// of its services. Nothing of it is seen outside, and it ends with process 1.

/** Process 1 of a node: sshd itself, which is there at once, or the systemd of this machine. */
export type NodeInit = 'sshd' | 'systemd';

/** An account without root's powers, on every node. */
export const plainUser = { name: 'heorot', id: 4242 } as const;

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const alone = 'unshare --mount --uts --pid --fork --kill-child';

/** Words that boot the node, as a child of `ip netns exec`. */
export function bootWords(init: NodeInit, namespace: string, bootScript: string): readonly string[] {
  if (init === 'sshd') return [...alone.split(' '), '--mount-proc', 'sh', bootScript];
  // A cgroup namespace begins at the cgroup that its first process was in.
  const enter = `mount -t cgroup2 cgroup2 /mnt && mkdir -p "/mnt/$1" && echo $$ >"/mnt/$1/cgroup.procs" && umount /mnt
exec ${alone} --cgroup --ipc sh "$2"`;
  return ['unshare', '--mount', 'sh', '-c', enter, 'sh', namespace, bootScript];
}

/** A line for sh, run by this machine, that removes what {@link bootWords} made outside of the node's namespaces. */
export const removeCgroups =
  'mount -t cgroup2 cgroup2 /mnt && for name; do [ ! -d "/mnt/$name" ] || find "/mnt/$name" -depth -type d -exec rmdir {} +; done';

export function bootScriptOf(init: NodeInit, folder: string, sshd: string): string {
  return `set -e
mount --bind '${folder.replaceAll("'", "'\\''")}' /mnt
cat /mnt/etc/hostname >/proc/sys/kernel/hostname
mkdir -p /mnt/overlay
mount -t tmpfs -o mode=755 tmpfs /mnt/overlay
mkdir /mnt/overlay/upper /mnt/overlay/work
${init === 'sshd' ? sshdAlone(sshd) : systemd(sshd)}`;
}

/**
 * The node's folder is bound to /mnt first, since the lab may lie under one of the folders that are covered afterwards. /etc becomes
 * a layer over the machine's own, or a mount on one of its files would be taken away when the machine replaces that
 * file (useradd, apt). sshd as process 1 reaps orphans.
 */
function sshdAlone(sshd: string): string {
  return `mkdir -p /run/sshd
mount -t overlay -o lowerdir=/etc,upperdir=/mnt/overlay/upper,workdir=/mnt/overlay/work overlay /etc
${ownFiles('')}
cd /
exec env -i PATH=${PATH} ${sshd} -D -E /mnt/sshd.log
`;
}

/**
 * All of the file system becomes a layer, which is all that is left of this machine's: systemd empties /tmp and writes where it likes.
 * /sys and /proc/sys are read-only, which tells it to keep its hands off devices and sysctls (systemd.io/CONTAINER_INTERFACE). Of the
 * units none is enabled but what the lab writes; /etc/systemd/system, and what services with DynamicUser= keep, outlast a reboot.
 */
function systemd(sshd: string): string {
  return `root=/mnt/overlay/root
mkdir $root
mount -t overlay -o lowerdir=/,upperdir=/mnt/overlay/upper,workdir=/mnt/overlay/work overlay $root
mount -t proc proc $root/proc
mount -t sysfs sysfs $root/sys
mount -o remount,bind,ro $root/sys
mount -t cgroup2 cgroup2 $root/sys/fs/cgroup
for folder in run dev etc/init.d; do mount -t tmpfs -o mode=755 tmpfs $root/$folder; done
for device in null zero full random urandom tty; do : >$root/dev/$device; mount --bind /dev/$device $root/dev/$device; done
mkdir $root/dev/pts $root/dev/shm
mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts $root/dev/pts
mount -t tmpfs -o mode=1777 tmpfs $root/dev/shm
ln -s pts/ptmx $root/dev/ptmx
ln -s /proc/self/fd $root/dev/fd
: >$root/etc/fstab
: >$root/etc/machine-id
mkdir -p -m 700 /mnt/private
mkdir -p /mnt/units/multi-user.target.wants $root/var/lib/private
mount --bind /mnt/private $root/var/lib/private
cat >/mnt/units/lab-sshd.service <<'unit-end'
[Service]
ExecStart=${sshd} -D -E /var/log/sshd.log
RuntimeDirectory=sshd
KillMode=process
unit-end
ln -sf /lib/systemd/system/multi-user.target /mnt/units/default.target
ln -sf ../lab-sshd.service /mnt/units/multi-user.target.wants/
mount --bind /mnt/units $root/etc/systemd/system
${ownFiles('$root')}
mount --rbind $root/proc/sys $root/proc/sys
mount -o remount,bind,ro $root/proc/sys
mkdir $root/mnt/old
cd $root
pivot_root . mnt/old
umount -l mnt/old
rmdir mnt/old
exec env -i container=heorot PATH=${PATH} /lib/systemd/systemd --show-status=no
`;
}

function ownFiles(root: string): string {
  return `mkdir -p ${root}/etc/ssh
mount --bind /mnt/etc/ssh ${root}/etc/ssh
for file in hostname hosts passwd group; do
  touch ${root}/etc/$file
  mount --bind /mnt/etc/$file ${root}/etc/$file
done
mount --bind /mnt/boot_id ${root}/proc/sys/kernel/random/boot_id
mount -t tmpfs -o mode=755 tmpfs ${root}/home
mkdir ${root}/home/${plainUser.name}
mount --bind /mnt/user ${root}/home/${plainUser.name}
mount --bind /mnt/home ${root}/root`;
}
