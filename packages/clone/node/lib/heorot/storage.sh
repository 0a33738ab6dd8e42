# Disks, partitions, arrays, volumes and file systems, as the plan says them. To be sourced. The plan calls devices by names of
# its own (`d1p2`, `system/root`); which device that is stands in a file of $run/devices.
# shellcheck shell=dash disable=SC2034,SC2154 # $code: plan.sh; $run: console.sh

target=${target:-/mnt}

set_device() {
  mkdir -p "$run/devices"
  echo "$2" >"$run/devices/$(echo "$1" | tr / '!')"
}

device() {
  cat "$run/devices/$(echo "$1" | tr / '!')"
}

# step_disk D SERIAL SIZE TABLE: looked at once more, now that it counts. Nothing is written.
step_disk() {
  serial=$(decode "$2")
  known=
  [ ! -e "$run/touched-$1" ] || known=known
  name=$(find_disk "$serial" "$3" "$4" "$known")
  case $? in
    0) set_device "$1" "$dev/$name" && return ;;
    12) code='disk-ambiguous' ;;
    13) code='disk-changed' ;;
    14) code='disk-busy' ;;
    *) code='disk-missing' ;;
  esac
  echo "disk $1 (serial '$serial', $3 bytes): $code; here are:" >&2
  disk_lines >&2
  return 1
}

step_erase() {
  code=partition
  # From here on its table is not the one of the plan.
  : >"$run/touched-$1"
  written=' '
  disk=$(device "$1") || return 1
  for part in $(disk_parts "${disk##*/}"); do /bin/wipefs -q -a -f "$dev/$part" || return 1; done
  /bin/wipefs -q -a -f "$disk" &&
    dd if=/dev/zero of="$disk" bs=1M count=1 conv=notrunc 2>/dev/null && blockdev --rereadpt "$disk"
}

step_gpt() {
  code=partition
  written=' '
  printf 'label: gpt\nlabel-id: %s\n' "$2" | /bin/sfdisk -q --wipe always "$(device "$1")"
}

# step_partition P D NUMBER START SIZE TYPE UUID LABEL
step_partition() {
  code=partition
  disk=$(device "$2") || return 1
  sector=$(blockdev --getss "$disk")
  label=$(decode "$8" | tr -d '"')
  printf '%s: start=%s, size=%s, type=%s, uuid=%s%s\n' "$3" $(($4 / sector)) $(($5 / sector)) "$6" "$7" \
    "${label:+, name=\"$label\"}" | /bin/sfdisk -q --append --wipe-partitions always "$disk" || return 1
  part=$dev/$(part_node "${disk##*/}" "$3")
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    [ ! -b "$part" ] || break
    sleep 0.5
  done
  set_device "$1" "$part"
  echo "$(($4 / sector))" >"$run/start-$1"
  # What an earlier life left in this place must not come back.
  /bin/wipefs -q -a -f "$part"
}

# step_luks L DEVICE luks1|luks2 CIPHER
step_luks() {
  code=format
  cipher=$(decode "$4")
  secret="$run/secrets/luks/$1"
  [ -s "$secret" ] || return 1
  /bin/cryptsetup -q luksFormat --type "$3" ${cipher:+--cipher "$cipher"} --key-file "$secret" "$(device "$2")" &&
    /bin/cryptsetup open --key-file "$secret" "$(device "$2")" "luks-$1" && set_device "$1" "$dev/mapper/luks-$1"
}

# step_array A MDNAME LEVEL CHUNK_KIB SPARES UUID MEMBER...
step_array() {
  code=partition
  name=$1 node=$dev/md/$2 level=$3 chunk=$(decode "$4") spares=$5 uuid=$6
  case $2 in md[0-9]*) node=$dev/$2 ;; esac
  shift 6
  count=$(($# - spares))
  members=$(for each in "$@"; do device "$each"; done) || return 1
  mkdir -p "$dev/md"
  modprobe -a -q raid0 raid1 raid10 raid456 linear
  # shellcheck disable=SC2086 # a list of devices
  /bin/mdadm --create "$node" --run --force --metadata=1.2 --homehost=any --uuid="$uuid" --level="$level" \
    ${chunk:+--chunk="$chunk"} --raid-devices="$count" --spare-devices="$spares" $members >&2 && set_device "$name" "$node"
}

# step_group G EXTENT_BYTES MEMBER...
step_group() {
  code=partition
  group=$1 extent=$2
  shift 2
  members=$(for each in "$@"; do device "$each"; done) || return 1
  modprobe -q dm-mod
  # shellcheck disable=SC2086 # a list of devices
  /bin/lvm pvcreate -q -q -ff -y $members && /bin/lvm vgcreate -q -q -y -s "${extent}b" "$group" $members
}

# step_volume V G NAME BYTES
step_volume() {
  code=partition
  /bin/lvm lvcreate -q -q -y -Wy -Zy -n "$3" -L "${4}b" "$2" && set_device "$1" "$dev/$2/$3"
}

# step_thinpool V G NAME BYTES METADATA_BYTES CHUNK_KIB
step_thinpool() {
  code=partition
  metadata=$(decode "$5") chunk=$(decode "$6")
  modprobe -q dm-thin-pool
  /bin/lvm lvcreate -q -q -y --type thin-pool -n "$3" -L "${4}b" ${metadata:+--poolmetadatasize "${metadata}b"} \
    ${chunk:+--chunksize "${chunk}k"} "$2" && set_device "$1" "$dev/$2/$3"
}

# step_thin V G NAME BYTES POOL
step_thin() {
  code=partition
  /bin/lvm lvcreate -q -q -y --type thin -n "$3" -V "${4}b" --thinpool "$5" "$2" && set_device "$1" "$dev/$2/$3"
}

# step_btrfs B UUID LABEL DATA METADATA MEMBER...
step_btrfs() {
  code=format
  name=$1 uuid=$2 label=$(decode "$3") data=$(decode "$4") metadata=$(decode "$5")
  shift 5
  set_device "$name" "$(device "$1")"
  members=$(for each in "$@"; do device "$each"; done) || return 1
  modprobe -q btrfs
  # shellcheck disable=SC2086 # a list of devices
  /bin/mkfs.btrfs -q -f -U "$uuid" ${label:+-L "$label"} ${data:+-d "$data"} ${metadata:+-m "$metadata"} $members &&
    /bin/btrfs device scan >/dev/null
}

step_subvolume() {
  code=format
  mkdir -p "$run/btrfs"
  mount -t btrfs "$(device "$1")" "$run/btrfs" && /bin/btrfs subvolume create "$run/btrfs/$(decode "$2")" >&2
  status=$?
  umount "$run/btrfs"
  return $status
}

# step_filesystem DEVICE TYPE UUID LABEL OPTION...
step_filesystem() {
  code=format
  block=$(device "$1") type=$2 uuid=$3 label=$(decode "$4")
  shift 4
  options=$(for each in "$@"; do decode "$each" && echo; done)
  modprobe -q "$type"
  # shellcheck disable=SC2086 # options are words
  case $type in
    ext2 | ext3 | ext4) /bin/mke2fs -q -F -t "$type" -U "$uuid" ${label:+-L "$label"} $options "$block" ;;
    xfs) /bin/mkfs.xfs -q -f -m uuid="$uuid" ${label:+-L "$label"} $options "$block" ;;
    btrfs) /bin/mkfs.btrfs -q -f -U "$uuid" ${label:+-L "$label"} $options "$block" ;;
    vfat) /bin/mkfs.fat -i "$(echo "$uuid" | tr -d -)" ${label:+-n "$(echo "$label" | tr a-z A-Z)"} $options "$block" >&2 ;;
    *) echo "no mkfs for $type here" >&2 && return 1 ;;
  esac
}

step_swap() {
  code=format
  label=$(decode "$3")
  /bin/mkswap -q -f -U "$2" ${label:+-L "$label"} "$(device "$1")"
}

# step_mount DEVICE PATH OPTIONS
step_mount() {
  code=format
  place=$target$(decode "$2")
  options=$(decode "$3")
  block=$(device "$1") || return 1
  mkdir -p "$place"
  mount -t "$(/bin/blkid -p -o value -s TYPE "$block")" ${options:+-o "$options"} "$block" "$place" || return 1
  echo "$1 $place" >>"$run/mounts"
}

# release: everything below the target unmounted, volumes and arrays closed; what was not open does not matter
release() {
  stop_peers
  sync
  cd /
  awk -v top="$target" '$2 == top || index($2, top "/") == 1 { print $2 }' /proc/mounts | tac | while read -r place; do
    umount "$place" 2>/dev/null || umount -l "$place"
  done
  rm -f "$run/mounts"
  [ ! -e "$dev/mapper/control" ] || /bin/lvm vgchange -q -q -an >/dev/null 2>&1
  for open in "$dev"/mapper/luks-*; do
    [ ! -e "$open" ] || /bin/cryptsetup close "${open##*/}" 2>/dev/null
  done
  [ ! -e /proc/mdstat ] || /bin/mdadm --stop --scan >/dev/null 2>&1
  sync
  return 0
}
