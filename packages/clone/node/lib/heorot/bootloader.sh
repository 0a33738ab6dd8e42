# GRUB as bytes, made on the head: nothing of it runs here. To be sourced. Offsets: boot.S and diskboot.S of GRUB.
# shellcheck shell=dash disable=SC2034,SC2154

# step_bootloader bios|uefi D P FS DIRECTORY
step_bootloader() {
  code=bootloader
  case $1 in
    bios) bios_loader "$(device "$2")" "$(device "$3")" "$(cat "$run/start-$3")" ;;
    uefi) uefi_loader "$3" ;;
    *) return 1 ;;
  esac && sync
}

# bios_loader DISK PARTITION START: the first sector says where the core is, the first sector of the core where its rest is
bios_loader() {
  image=$run/files/boot.img core=$run/files/core.img
  [ -s "$image" ] && [ "$(size_of "$core")" -le "$(blockdev --getsize64 "$2")" ] || return 1
  cp "$core" "$run/core.img" && patch_file "$run/core.img" 500 "$(octal64 $(($3 + 1)))" &&
    dd if="$run/core.img" of="$2" conv=notrunc,fsync 2>/dev/null || return 1
  cp "$image" "$run/boot.img" &&
    patch_file "$run/boot.img" 92 "$(octal64 "$3")" &&
    # The jump that old BIOSes with a wrong drive number need.
    patch_file "$run/boot.img" 102 '\220\220' &&
    # Only the code: the table of the protective MBR begins at 446.
    dd if="$run/boot.img" of="$1" bs=440 count=1 conv=notrunc,fsync 2>/dev/null
}

# uefi_loader PARTITION: under the name that firmware looks for without being told
uefi_loader() {
  place=$(sed -n "s/^$1 //p" "$run/mounts" | tail -n 1)
  [ -n "$place" ] && [ -s "$run/files/grubx64.efi" ] || return 1
  mkdir -p "$place/EFI/BOOT" && cp "$run/files/grubx64.efi" "$place/EFI/BOOT/BOOTX64.EFI"
}

# patch_file FILE OFFSET ESCAPES
patch_file() {
  # shellcheck disable=SC2059 # the format is the bytes
  printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

# octal64 NUMBER: eight bytes, the lowest first, as printf takes them
octal64() {
  number=$1
  for _ in 1 2 3 4 5 6 7 8; do
    printf '\\%03o' $((number & 255))
    number=$((number >> 8))
  done
}

# load_next_kernel: what GRUB would boot, for kexec: the first entry of grub.cfg
load_next_kernel() {
  for directory in /boot/grub /boot/grub2 /grub; do
    config=$target$directory/grub.cfg
    [ -f "$config" ] || continue
    # shellcheck disable=SC2046 # path and arguments are words
    set -- $(sed -n 's/^[[:space:]]*linux[a-z0-9]*[[:space:]]*//p' "$config" | head -n 1)
    initrd=$(sed -n 's/^[[:space:]]*initrd[a-z0-9]*[[:space:]]*//p' "$config" | head -n 1 | cut -d' ' -f1)
    kernel=$1
    shift
    for below in "$target" "$target/boot"; do
      [ ! -f "$below$kernel" ] || {
        /bin/kexec -l "$below$kernel" ${initrd:+--initrd="$below$initrd"} --command-line="$*"
        return
      }
    done
  done
  echo 'grub.cfg names no kernel' >&2
  return 1
}
