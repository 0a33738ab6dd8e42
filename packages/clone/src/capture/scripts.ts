// What runs on the node that is captured: POSIX sh with GNU find and tar. Nothing is written there.
import { quoteForSh } from '@heorot/fanout';

/** Refuses what cannot make an image, then says what the machine is, one section a fact. */
export function factsScript(root: string, unprivileged: boolean): string {
  return `
cd -- ${quoteForSh(root)} || exit 2
case $(tar --version 2>/dev/null) in *'GNU tar'*) ;; *) echo 'there is no GNU tar: install the package tar' >&2; exit 2 ;; esac
find . -prune -printf '' 2>/dev/null || { echo 'there is no GNU find: install the package findutils' >&2; exit 2; }
${unprivileged ? '' : `[ "$(id -u)" = 0 ] || { echo 'only root can read all files; see clone capture --help for --unprivileged' >&2; exit 2; }`}
section() { printf '\\n@@ %s\\n' "$1"; }
section root; pwd -P
section machine; uname -m
section kernel; uname -r
section tar; tar --version | head -n 1
section release; cat etc/os-release usr/lib/os-release 2>/dev/null
section firmware; if [ -d /sys/firmware/efi ]; then echo uefi; else echo bios; fi
section mounts; cat /proc/self/mountinfo
section disks; lsblk -b -P -o NAME,KNAME,PKNAME,TYPE,FSTYPE,LABEL,UUID,SIZE,MOUNTPOINT,PARTTYPE,PARTLABEL,PARTUUID,PTTYPE 2>/dev/null
section dpkg; LC_ALL=C dpkg-query --admindir=var/lib/dpkg -W -f '\${db:Status-Abbrev} \${Package} \${Version} \${Architecture}\\n' 2>/dev/null | sed -n 's/^ii  *//p'
section rpm; if [ -d var/lib/rpm ] || [ -d usr/lib/sysimage/rpm ]; then LC_ALL=C rpm --root "$(pwd -P)" -qa --qf '%{NAME} %{VERSION}-%{RELEASE} %{ARCH}\\n' 2>/dev/null | sort; fi
section debconf; cat var/cache/debconf/config.dat 2>/dev/null
section end
`;
}

/** Every file below the folders, each file system by itself: type, size, mtime, ctime, inode, names, path; ended by NUL. */
export function listScript(root: string, folders: readonly string[], readableOnly: boolean): string {
  const tests = readableOnly ? String.raw`! -type l ! -readable -printf 'u 0 0 0 0 0 %P\0' -prune -o ` : '';
  const finds = folders.map((folder) => {
    const inTree = folder === '' ? '' : `${folder}/`;
    const start = quoteForSh(folder === '' ? '.' : `./${folder}`);
    const prefix = inTree.replaceAll('%', '%%').replaceAll('\\', '\\\\');
    const print = quoteForSh(String.raw`%y %s %T@ %C@ %i %n ${prefix}%P\0`);
    return `find ${start} -xdev ${tests.replace('%P', `${prefix}%P`)}-printf ${print}`;
  });
  return `cd -- ${quoteForSh(root)} && export LC_ALL=C && ${finds.join(' && ')}`;
}

/** The files whose names come on stdin, ended by NUL, as an archive with all that a file system knows of them. */
export function packScript(root: string): string {
  return `cd -- ${quoteForSh(root)} && export LC_ALL=C && exec tar --create --file=- --format=posix --pax-option=delete=atime,delete=ctime --numeric-owner --sparse --acls --selinux --xattrs '--xattrs-include=*' --no-recursion --null --verbatim-files-from --files-from=-`;
}
