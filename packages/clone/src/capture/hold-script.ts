// What runs on a node to hold its files still for a capture: snapshots and frozen file systems, put together as one tree in a mount
// namespace of its own. POSIX sh with util-linux. A guard in a session of its own takes all of it away again when the capture ends,
// whichever way: told so, killed, or not heard of for minutes.
import { quoteForSh } from '@heorot/fanout';

/** A file system, or a part of one, that is captured. */
export interface HeldFolder {
  /** Below the root of the capture; `''` is that itself. */
  readonly folder: string;
  /** As the node calls it. */
  readonly path: string;
  /** Where its file system is mounted. */
  readonly mount: string;
  readonly type: string;
  readonly source: string;
}

/** Nothing heard of the head for so long: it is gone, and what it asked for goes too. */
const longestSilenceSeconds = 300;
/** Programs of the node may be waiting to write: they wait no longer than this for a silent head, and than that for any. */
const frozenSilenceSeconds = 30;
const longestFrozenSeconds = 600;

/**
 * Says `way AT KIND WHY` of each folder, then `ready PID TREE` or `failed WHY`; holds as long as lines come on stdin; then `thawed`, `overflowed` or
 * `left WHAT` where something is to be said, and ends when everything is gone.
 */
export function holdScript(
  id: string,
  folders: readonly HeldFolder[],
  silenceSeconds = frozenSilenceSeconds,
): string {
  const tried = folders.map(({ path, mount, type, source }, at) =>
    ['hold', String(at), ...[path, mount, type, source].map(quoteForSh)].join(' '),
  );
  // Inner folders after those they are in: `folders` come so.
  const mounted = folders.map(
    ({ folder }, at) => `lay ${at} ${quoteForSh(folder === '' ? '' : `/${folder}`)}`,
  );
  return `
set -u
umask 077
export LC_ALL=C LVM_SUPPRESS_FD_WARNINGS=1
place=/run/${id}
for each in setsid unshare nsenter stat; do command -v $each >/dev/null || { echo "there is no program $each" >&2; exit 3; }; done
mkdir -p "$place/tree" || exit 3
: >"$place/snapshots"; : >"$place/volumes"; : >"$place/frozen"; : >"$place/beat"
# The child of nobody: whoever ends this command ends its descendants too.
(setsid sh -c ${quoteForSh(guardScript)} sh "$place" $$ ${silenceSeconds} </dev/null >/dev/null 2>&1 &)

snapshot_by_btrfs() {
  command -v btrfs >/dev/null || { why='there is no program btrfs'; return 1; }
  top=$1
  # Every subvolume has this inode.
  while [ "$(stat -c %i -- "$top")" != 256 ]; do
    [ "$top" != "$2" ] || { why='it is in no subvolume that is mounted'; return 1; }
    top=$(dirname -- "$top")
  done
  from=\${top%/}/.${id}-$at
  printf '%s\\n' "$from" >>"$place/snapshots"
  btrfs subvolume snapshot -r "$top" "$from" >"$place/said" 2>&1 || { why=$(tail -n 1 "$place/said"); return 1; }
  inside=\${1#"$top"}
  [ -z "$inside" ] || from=$from/\${inside#/}
  printf 'bind %s\\n' "$from" >"$place/$at"
}

snapshot_by_lvm() {
  command -v lvcreate >/dev/null || { why='there is no program lvcreate'; return 1; }
  set -- $(lvs --noheadings --separator ' ' -o vg_name,lv_name,segtype "$1" 2>/dev/null) "$2"
  [ $# = 4 ] || { why='it is on no logical volume'; return 1; }
  volume=$(echo ${id}-$at | tr - _)
  echo "$1/$volume" >>"$place/volumes"
  case $3 in
    thin) lvcreate -q -q -y -kn -s -n "$volume" "$1/$2" ;;
    *) lvcreate -q -q -y -s -l 20%ORIGIN -n "$volume" "$1/$2" ;;
  esac >"$place/said" 2>&1 || { why="no snapshot of $1/$2: $(tail -n 1 "$place/said" | sed 's/^ *//')"; return 1; }
  options=ro
  [ "$4" != xfs ] || options=ro,nouuid
  printf '%s %s %s\\n' "$4" "$options" "/dev/$1/$volume" >"$place/$at"
}

# Never where the way of this capture itself may be writing: its logs, its home, its temporary files.
freeze() {
  command -v fsfreeze >/dev/null || { why='there is no program fsfreeze'; return 1; }
  number=$(stat -c %d -- "$1")
  for each in / /etc /usr /var /var/log /var/log/audit /var/tmp /tmp /run /dev /root "\${HOME:-/}" "$place"; do
    [ "$(stat -c %d -- "$each" 2>/dev/null)" != "$number" ] || { why='the node itself writes there'; return 1; }
  done
  sync -f "$1" 2>/dev/null
  printf '%s\\n' "$1" >>"$place/frozen"
  fsfreeze --freeze "$1" >"$place/said" 2>&1 || { why=$(tail -n 1 "$place/said"); return 1; }
}

hold() {
  at=$1 path=$2 mount=$3 type=$4 source=$5 why='' before=''
  printf 'bind %s\\n' "$path" >"$place/$at"
  case $type in
    btrfs) snapshot_by_btrfs "$path" "$mount" && { echo "way $at btrfs"; return; } ;;
    *) case $source in
      /dev/mapper/* | /dev/dm-*) snapshot_by_lvm "$source" "$type" && { echo "way $at lvm"; return; } ;;
    esac ;;
  esac
  before=$why
  freeze "$mount" && { echo "way $at frozen $before"; return; }
  echo "way $at live \${before:-$why}"
}

${tried.join('\n')}
unshare --mount --propagation private sh -c ${quoteForSh(`${layScript}\n${mounted.join('\n')}\n: >"$place/ready"\necho "ready $$ $place/tree"\nexec sleep 2147483647 </dev/null >/dev/null 2>&1`)} sh "$place" &
keeper=$!
echo $keeper >"$place/keeper"
while kill -0 $keeper 2>/dev/null && read -r _; do : >"$place/beat"; done
kill $keeper 2>/dev/null
wait $keeper 2>/dev/null
[ -e "$place/ready" ] || echo "failed $(tail -n 1 "$place/said" 2>/dev/null)"
[ -d "$place" ] && [ ! -e "$place/thawed" ] || echo thawed
while read -r each; do
  case $(lvs --noheadings -o lv_snapshot_invalid "$each" 2>/dev/null) in *invalid*) echo overflowed ;; esac
done <"$place/volumes" 2>/dev/null
: 2>/dev/null >"$place/over"
count=0
while [ -d "$place" ] && [ $count -lt 600 ] && [ ! -e "$place/left" ]; do sleep 0.1; count=$((count + 1)); done
sed 's/^/left /' "$place/left" 2>/dev/null
rm -rf "$place"
exit 0
`;
}

/** `lay AT FOLDER` mounts one part of the tree. */
const layScript = `
place=$1
lay() {
  read -r type options what <"$place/$1" || exit 3
  case $type in
    bind) mount --bind "$(sed 's/^bind //' "$place/$1")" "$place/tree$2" ;;
    *) mount -t "$type" -o "$options" "$what" "$place/tree$2" ;;
  esac >"$place/said" 2>&1 || exit 3
}`;

/** Outlives whoever began it. Looks twice a second; a volume that is still open is tried again. */
const guardScript = `
place=$1 holder=$2 patience=$3 silence=0 frozen=0
thaw() {
  [ -s "$place/frozen" ] && [ ! -e "$place/thawed" ] || return 0
  : >"$place/thawed"
  while IFS= read -r each; do fsfreeze --unfreeze "$each"; done <"$place/frozen"
}
while kill -0 "$holder" && [ ! -e "$place/over" ] && [ $silence -lt ${longestSilenceSeconds * 2} ]; do
  sleep 0.5
  silence=$((silence + 1)) frozen=$((frozen + 1))
  if [ -e "$place/beat" ]; then rm -f "$place/beat"; silence=0; fi
  [ $silence -lt $((patience * 2)) ] && [ $frozen -lt ${longestFrozenSeconds * 2} ] || thaw
done
thaw
kill "$(cat "$place/keeper")"
while IFS= read -r each; do
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    [ -e "$each" ] || break
    btrfs subvolume delete "$each" && break
    sleep 1
  done
  [ ! -e "$each" ] || echo "$each" >>"$place/left"
done <"$place/snapshots"
while read -r each; do
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    lvs "$each" || break
    lvremove -f -y "$each" && break
    sleep 1
  done
  ! lvs "$each" || echo "the volume $each" >>"$place/left"
done <"$place/volumes"
[ -e "$place/left" ] || rm -rf "$place"
`;
