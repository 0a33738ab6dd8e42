// What is asked of a node: one POSIX sh script over /proc and /sys, no program that a minimal node may lack.
// Each line of its answer is KEY<TAB>FIELD...; parse-facts.ts reads it. What a node cannot tell, it does not print.

/** For `sh -s`; prints {@link factsMarker} first, so that noise of start-up files can be told apart. */
export const factsMarker = 'heorot-facts 1';

export const factsScript = `
export LC_ALL=C
t=$(printf '\\t')
say() { [ -n "$2" ] && printf '%s%s%s\\n' "$1" "$t" "$2"; }
first() { [ -r "$1" ] && read -r line < "$1" && printf '%s' "$line"; }
echo '${factsMarker}'
say hostname "$(uname -n)"
say kernel "$(uname -r)"
say architecture "$(uname -m)"
say os "$(. /etc/os-release 2>/dev/null && printf '%s' "$PRETTY_NAME")"
say bootId "$(first /proc/sys/kernel/random/boot_id)"
say processors "$(grep -c '^processor' /proc/cpuinfo)"
say sockets "$(grep '^physical id' /proc/cpuinfo | sort -u | grep -c .)"
say cpuModel "$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)"
say memoryKilobytes "$(sed -n 's/^MemTotal: *\\([0-9]*\\) kB/\\1/p' /proc/meminfo)"
d=/sys/class/dmi/id
say vendor "$(first $d/sys_vendor)"
say product "$(first $d/product_name)"
say serial "$(first $d/product_serial)"
say biosVersion "$(first $d/bios_version)"
for n in /sys/class/net/*; do
  name=\${n##*/}
  [ -e "$n/device" ] || [ "\${HEOROT_ALL_LINKS:-}" ] || continue
  driver=$(readlink "$n/device/driver" 2>/dev/null)
  printf 'nic\\t%s\\t%s\\t%s\\t%s\\t%s\\n' "$name" "$(first "$n/address")" "$(first "$n/operstate")" \\
    "$(first "$n/speed" 2>/dev/null)" "\${driver##*/}"
done
for b in /sys/block/*; do
  name=\${b##*/}
  case $name in loop*|ram*|zram*|dm-*|md*|sr*|fd*) continue ;; esac
  printf 'disk\\t%s\\t%s\\t%s\\t%s\\t%s\\n' "$name" "$(first "$b/size")" "$(first "$b/queue/rotational")" \\
    "$(first "$b/device/model" | sed 's/ *$//')" "$(first "$b/device/serial" || first "$b/serial")"
done
echo end
`;
