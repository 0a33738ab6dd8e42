// What runs on a node that is to start the boot environment from its running system: POSIX sh, as root. Whatever stands against it
// is said in one line and changes nothing.
import { quoteForSh } from '@heorot/fanout';

/** What a script ends with when it refuses; the reason is the last line on stderr. */
export const refusedExit = 65;

/** Where the files of the boot environment lie meanwhile: a tmpfs of its own, for /run may forbid programs. */
const folder = '/run/heorot-kexec';

/** The kernel, its initramfs unpacked, and an image that is laid down: less is not enough. */
const leastMemoryKib = 440 * 1024;

/**
 * Refuses what cannot start another kernel (kexec_load(2)); else prints the MAC addresses of its cards.
 * @param bytes of kernel and initramfs together
 * @param root in front of /proc and /sys, for tests
 */
export function kexecCheckScript(bytes: number, root = ''): string {
  return `
refuse() { echo "$1" >&2; exit ${refusedExit}; }
root=${quoteForSh(root)}
kib() { sed -n "s/^$1: *\\([0-9]*\\) kB/\\1/p" "$root/proc/meminfo"; }
[ "$(id -u)" = 0 ] || refuse 'only root can start another kernel'
[ "$(uname -m)" = x86_64 ] || refuse "its processor is a $(uname -m): the boot environment is for x86_64"
[ "$(cat "$root/proc/2/comm" 2>/dev/null)" = kthreadd ] || refuse 'this is a container: kexec would restart the machine that carries it'
[ -e "$root/sys/kernel/kexec_loaded" ] || refuse 'its kernel has no kexec'
[ "$(cat "$root/proc/sys/kernel/kexec_load_disabled" 2>/dev/null)" != 1 ] || refuse 'its kernel forbids kexec until it is started again (kernel.kexec_load_disabled)'
case $(cat "$root/sys/kernel/security/lockdown" 2>/dev/null) in
  *'[integrity]'* | *'[confidentiality]'*) refuse 'its kernel is locked down, as Secure Boot does it' ;;
esac
[ "$(kib MemTotal)" -ge ${leastMemoryKib} ] || refuse "its memory of $(($(kib MemTotal) / 1024)) MiB is too little for the boot environment"
[ "$(kib MemAvailable)" -ge ${Math.ceil((4 * bytes) / 1024)} ] || refuse "only $(($(kib MemAvailable) / 1024)) MiB of its memory are free"
cat "$root"/sys/class/net/*/address
`;
}

export interface KexecStart {
  readonly mac: string;
  /** Of kernel and initramfs. */
  readonly bytes: number;
  /** Of the boot environment's kernel, without the network. */
  readonly commandLine: string;
}

/**
 * Unpacks a tar on stdin (`vmlinuz`, `initrd.img`, `claim.cpio`, `kexec/`), loads the kernel, and starts it a second later: the
 * connection ends in order before. The network of the card goes with it, so that no DHCP server is needed.
 */
export function kexecStartScript(start: KexecStart): string {
  return `${kexecCheckScript(start.bytes)}
grep -qix ${quoteForSh(start.mac)} /sys/class/net/*/address || refuse 'it has no card with the MAC address ${start.mac}'
umount ${folder} 2>/dev/null
mkdir -p ${folder} && mount -t tmpfs -o mode=0700,nosuid,nodev tmpfs ${folder} && cd ${folder} || refuse 'no tmpfs can be mounted'
give_up() { cd /; umount ${folder}; refuse "$1"; }
tar -xf - --no-same-owner 2>/dev/null || give_up 'the boot environment did not come whole'
network=
for address in /sys/class/net/*/address; do
  [ "$(cat "$address" 2>/dev/null)" = ${quoteForSh(start.mac)} ] || continue
  card=\${address%/address} card=\${card%/}
  card=\${card##*/}
  own=$(ip -4 -o addr show dev "$card" scope global 2>/dev/null | sed -n 's/.* inet \\([0-9.]*\\/[0-9]*\\) .*/\\1/p' | head -n 1)
  [ -n "$own" ] || continue
  router=$(ip -4 route show default dev "$card" | sed -n 's/.*via \\([0-9.]*\\).*/\\1/p' | head -n 1)
  network=" heorot.address=$own\${router:+ heorot.router=$router}"
done
# The archive with the key comes first: the kernel unpacks one after the other.
cat claim.cpio initrd.img >start.img && rm claim.cpio initrd.img || give_up 'the memory is full'
start_kexec() { kexec/ld-linux-x86-64.so.2 --library-path kexec kexec/kexec "$@"; }
start_kexec -l vmlinuz --initrd=start.img --command-line=${quoteForSh(start.commandLine)}"$network" >kexec.log 2>&1 || give_up "kexec: $(tail -n 1 kexec.log)"
rm vmlinuz start.img
sync
(trap '' HUP; sleep 1; sync; echo u >/proc/sysrq-trigger; start_kexec -e) </dev/null >/dev/null 2>&1 &
`;
}
