# The disks of this machine: what the claim says of them, and finding again the one that a plan means. To be sourced.
# shellcheck shell=dash

sys=${sys:-/sys}
dev=${dev:-/dev}

# disk_names: the kernel's names of the disks that may be deployed to
disk_names() {
  for block in "$sys"/block/*; do
    name=${block##*/}
    case $name in
      '*' | loop* | ram* | zram* | fd* | sr* | md* | dm-* | nbd* | mtd*) continue ;;
    esac
    [ "$(cat "$block/ro" 2>/dev/null)" = 0 ] || continue
    [ "$(disk_size "$name")" -gt 0 ] || continue
    echo "$name"
  done
}

disk_size() {
  echo $(($(cat "$sys/block/$1/size" 2>/dev/null || echo 0) * 512))
}

# disk_serial NAME: virtio and NVMe say it in a file; SCSI and SATA in page 0x80 of their vital product data, after four bytes.
disk_serial() {
  for file in "$sys/block/$1/serial" "$sys/block/$1/device/serial"; do
    [ ! -r "$file" ] || { trimmed <"$file" && return; }
  done
  [ ! -r "$sys/block/$1/device/vpd_pg80" ] || tail -c +5 "$sys/block/$1/device/vpd_pg80" | trimmed
}

disk_wwn() {
  for file in "$sys/block/$1/wwid" "$sys/block/$1/device/wwid"; do
    [ -r "$file" ] || continue
    case $(cat "$file") in
      naa.*) sed 's/^naa\./0x/' "$file" | trimmed ;;
      eui.*) trimmed <"$file" ;;
    esac
    return
  done
}

trimmed() {
  tr -d '\000' | tr '\t\n' '  ' | sed 's/^ *//;s/ *$//' | tr -d '\n'
}

# disk_table NAME: by which a change since the last look is noticed
disk_table() {
  size=$(disk_size "$1")
  if [ "$size" -lt 2097152 ]; then
    cat "$dev/$1"
  else
    dd if="$dev/$1" bs=1M count=1 2>/dev/null
    dd if="$dev/$1" bs=1M skip=$((size / 1048576 - 1)) 2>/dev/null
  fi | sha256_of
}

# disk_parts NAME: names of its partitions
disk_parts() {
  for part in "$sys/block/$1/$1"*; do
    [ ! -e "$part/partition" ] || echo "${part##*/}"
  done
}

# disk_busy NAME: why it must not be touched; nothing when it is free
disk_busy() {
  for name in "$1" $(disk_parts "$1"); do
    mounted=$(awk -v device="$dev/$name" '$1 == device { print $2; exit }' /proc/mounts)
    [ -z "$mounted" ] || { printf 'mounted at %s' "$mounted" && return; }
    if grep -q "^$dev/$name " /proc/swaps 2>/dev/null; then printf 'used as swap' && return; fi
    for holder in "$sys/class/block/$name/holders"/*; do
      [ ! -e "$holder" ] || { printf 'member of %s' "${holder##*/}" && return; }
    done
  done
}

# disk_contents NAME: in a few words; nothing when it is blank
disk_contents() {
  table=$(/bin/blkid -p -o value -s PTTYPE "$dev/$1" 2>/dev/null)
  parts=$(disk_parts "$1" | wc -l)
  types=$(for name in "$1" $(disk_parts "$1"); do
    /bin/blkid -p -o value -s TYPE "$dev/$name" 2>/dev/null
  done | sort -u | tr '\n' ' ')
  text=
  [ -z "$table" ] || text="$table, $parts partitions"
  [ -z "$types" ] || text="${text:+$text: }${types% }"
  # A table of zeros, or a foreign one that nothing knows, is told apart.
  if [ -z "$text" ] && ! dd if="$dev/$1" bs=1M count=1 2>/dev/null | tr -d '\000' | head -c 1 | wc -c | grep -q '^0$'; then
    text='unknown data'
  fi
  printf %s "$text"
}

# disk_links NAME: the names that udev would give it and that a recipe may use
disk_links() {
  serial=$(disk_serial "$1" | tr ' ' _)
  model=$(cat "$sys/block/$1/device/model" 2>/dev/null | trimmed | tr ' ' _)
  wwn=$(disk_wwn "$1")
  [ -z "$serial" ] || case $1 in
    vd*) echo "disk/by-id/virtio-$serial" ;;
    nvme*) echo "disk/by-id/nvme-${model}_$serial" ;;
    sd*) echo "disk/by-id/ata-${model}_$serial" ;;
  esac
  [ -z "$wwn" ] || case $1 in
    nvme*) echo "disk/by-id/nvme-$wwn" ;;
    *) echo "disk/by-id/wwn-$wwn" ;;
  esac
}

# disk_lines: what the claim says
disk_lines() {
  for disk in $(disk_names); do
    words disk "$disk" "$(disk_serial "$disk")" "$(disk_wwn "$disk")" "$(disk_size "$disk")" "$(disk_table "$disk")" \
      "$(disk_busy "$disk")" "$(disk_contents "$disk")"
    echo
    for link in $(disk_links "$disk"); do
      words link "$disk" "$link"
      echo
    done
  done
}

# find_disk SERIAL SIZE TABLE KNOWN: prints the name of the one disk that is meant. Returns 11 for none, 12 for several, 13 for a table that
# has changed, 14 for one in use. KNOWN=known: this boot has begun to write it, so that its table is another now.
find_disk() {
  found=
  for disk in $(disk_names); do
    [ "$(disk_serial "$disk")" = "$1" ] && [ "$(disk_size "$disk")" = "$2" ] || continue
    [ -z "$found" ] || return 12
    found=$disk
  done
  [ -n "$found" ] || return 11
  [ -z "$(disk_busy "$found")" ] || return 14
  [ "$4" = known ] || [ "$(disk_table "$found")" = "$3" ] || return 13
  echo "$found"
}

# part_node DISK NUMBER: `sda1`, `nvme0n1p1`
part_node() {
  case $1 in
    *[0-9]) echo "$1p$2" ;;
    *) echo "$1$2" ;;
  esac
}
