// A system that does not run, mounted below a folder of the node, as from `clone rescue`: its own programs do the work, in a chroot.
// What they need of the kernel is mounted in a mount namespace of each script's own, and is gone with it, however it ends.
import { quoteForSh } from '@heorot/fanout';
import { HeorotError } from '@heorot/inventory';
import { type Shell, textOf } from '../capture/node-shell.ts';
import type { Image } from '../image/image-layout.ts';

/** A shell of the system below `root`, for which that folder is `/`; of the node itself a busybox is enough. */
export function shellInside(shell: Shell, root: string): Shell {
  return { name: shell.name, run: (script, options) => shell.run(insideScript(root, script), options) };
}

function insideScript(root: string, script: string): string {
  const refuse = (why: string): string => `{ echo ${quoteForSh(why)} >&2; exit 1; }`;
  const mountFirst = 'mount the root of its system there first';
  const enter = `mount --bind /proc "$1/proc" && mount --bind /dev "$1/dev" && exec chroot "$1" /bin/sh -c "$2"`;
  return `export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
cd -- ${quoteForSh(root)} 2>/dev/null || ${refuse(`there is no folder ${root}: ${mountFirst}`)}
[ -f etc/heorot/image ] || ${refuse(`${root} holds no system that clone has deployed (no etc/heorot/image): ${mountFirst}`)}
[ "$(id -u)" = 0 ] || ${refuse(`only root can work in ${root}: -l root, or --unprivileged for a folder of this user`)}
exec unshare -m sh -c ${quoteForSh(enter)} sh "$(pwd -P)" ${quoteForSh(script)}`;
}

/** GNU's find, tar and coreutils, which busybox has not; then the places of fstab where nothing is mounted. */
const checkScript = `{ find / -maxdepth 0 -printf '' && sha256sum -z /dev/null && tar --version | grep GNU && xargs --version && gzip --version && awk 1 /dev/null; } >/dev/null ||
  { echo 'its system lacks GNU find, tar, coreutils, gzip or awk, or they do not run: deploy it again' >&2; exit 1; }
[ ! -f /etc/fstab ] || awk 'NR == FNR { mounted[$5]; next } $1 ~ /^([A-Z]+=|\\/dev\\/)/ && $2 ~ /^\\/./ && !($2 in mounted) { print $2 }' /proc/self/mountinfo /etc/fstab`;

/** @throws HeorotError when the system cannot do the work itself, or files of the image would come to lie below an empty mount point */
export async function checkSystem(
  inside: Shell,
  { files, name }: Image,
  owned: (path: string) => boolean,
): Promise<void> {
  const places = (await textOf(inside.run(checkScript))).split('\n').filter((place) => place !== '');
  const missing = places.find((place) =>
    files.some(({ path }) => path.startsWith(`${place.slice(1)}/`) && owned(path)),
  );
  if (missing !== undefined)
    throw new HeorotError(
      'system-incomplete',
      `${inside.name}: its fstab has a file system at ${missing}, of which ${name} has files: mount it there too`,
    );
}
