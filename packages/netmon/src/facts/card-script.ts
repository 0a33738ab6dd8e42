// What a machine knows of its network cards, asked in POSIX sh: of this machine beside a run, of a node by `netmon agent status` and,
// their models alone, by the sampler as it starts.
// A card is what stands on a bus. Its model is told by the machine's own pci.ids, else by its ids; a USB device tells its own.

/** Where distributions keep it: Debian and SUSE, Fedora and RHEL, Arch and Alpine, an update by update-pciids. */
export const idFiles =
  '/usr/share/misc/pci.ids /usr/share/hwdata/pci.ids /usr/share/pci.ids /var/lib/pciutils/pci.ids';

/**
 * Sets `models` for the sampler: ` eth0=8086:1521`, which looks the names up by itself. It starts no process, since every start of a
 * sampler waits for it.
 */
export const cardModels = `models=
for card in "$root"/sys/class/net/*/device; do
  # A virtio card has ids of its own kind; the PCI device is the one above it, and that has a class.
  at=$card; [ -e "$at/class" ] || at=$card/..
  [ -e "$at/class" ] && read -r vendor 2>/dev/null <"$at/vendor" && read -r device 2>/dev/null <"$at/device" || continue
  face=\${card%/device}
  models="$models \${face##*/}=\${vendor#0x}:\${device#0x}"
done`;

/** Defines `cards`, which prints the lines of {@link parseCard}; `root` is a prefix of /sys and of pci.ids, for tests. */
export const cardScript = `tab=$(printf '\\t')
one() { cat "$1" 2>/dev/null; }
link() { target=$(readlink -f "$1" 2>/dev/null) && [ -e "$1" ] && echo "\${target##*/}"; }
# https://pci-ids.ucw.cz: a vendor begins its line, its devices follow behind a tab, subsystems behind two.
pci_model() {
  vendor=\${1#0x} device=\${2#0x}
  for ids in ${idFiles}; do
    [ -r "$root$ids" ] || continue
    maker=$(sed -n "/^$vendor  /{s///p;q;}" "$root$ids")
    [ -n "$maker" ] || continue
    name=$(sed -n "/^$vendor  /,/^[^$tab#]/s/^$tab$device  //p" "$root$ids" | sed 1q)
    echo "$maker \${name:-$device}"
    return
  done
  echo "$vendor:$device"
}
# A virtio card has ids of its own kind; the PCI device is the one above it.
card_model() {
  for at in "$1" "$1/.."; do
    [ "$(link "$at/subsystem")" = pci ] && { pci_model "$(one "$at/vendor")" "$(one "$at/device")"; return; }
    [ -r "$at/product" ] && { echo "$(one "$at/manufacturer") $(one "$at/product")"; return; }
  done
}
cards() {
  for card in "$root"/sys/class/net/*/device; do
    [ -e "$card" ] || continue
    face=\${card%/device}
    at=$(readlink -f "$card")
    printf 'nic\\t%s\\t%s\\t%s\\t%s\\t%s\\t%s\\n' "\${face##*/}" "$(one "$face/address")" "$(link "$card/driver")" \\
      "$(one "$face/speed")" "$(one "$face/duplex")" "$(card_model "$at" | tr -s ' \\t' ' ')"
  done
}`;
