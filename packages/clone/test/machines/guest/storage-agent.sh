#!/bin/sh
# In the place of the agent, in test/storage.test.ts: does the storage lines of each plan below /plans, one plan after the other, with the
# node's own scripts, and says on the second serial line what came of it.
# shellcheck shell=dash
lib=/lib/heorot
for part in console words head disks claim storage peers image bundle bootloader rescue plan; do
  # shellcheck source=/dev/null
  . "$lib/$part.sh"
done
report=/dev/ttyS1
stty -F "$report" raw -echo
tell() { echo "$*" >"$report"; }

# device_line NAME
device_line() {
  block=$(device "$1")
  value() { /bin/blkid -p -o value -s "$1" "$block"; }
  tell "device $1 $(blockdev --getsize64 "$block") $(encode "$(value TYPE)") $(encode "$(value UUID)") $(encode "$(value LABEL)")"
}

what_is_there() {
  for name in $(cd "$run/devices" && ls | tr '!' /); do device_line "$name"; done
  awk -v top="$target" '$2 == top || index($2, top "/") == 1 { sub("^" top, "", $2); print "mount", $2 == "" ? "/" : $2, $3 }' \
    /proc/mounts >"$report"
  /bin/lvm lvs --noheadings --nosuffix --units b --separator ' ' -o vg_name,lv_name,lv_size,segtype,pool_lv 2>/dev/null |
    sed 's/^ */volume /;s/ *$//' >"$report"
  for array in "$dev"/md/* "$dev"/md[0-9]*; do
    [ -b "$array" ] || continue
    tell "array $(/bin/mdadm --detail --export "$array" | sed -n 's/^MD_\(LEVEL\|DEVICES\|UUID\)=//p' | tr '\n' ' ')"
  done
  for name in $(sed -n 's/^luks \([^ ]*\) \([^ ]*\) .*/\1=\2/p' "$1"); do
    tell "luks ${name%%=*} $(/bin/cryptsetup luksDump "$(device "${name#*=}")" | sed -n 's/^Version:[[:space:]]*//p')"
  done
  for name in $(sed -n 's/^subvolume \([^ ]*\) .*/\1/p' "$1" | sort -u); do
    mkdir -p "$run/btrfs"
    mount -t btrfs "$(device "$name")" "$run/btrfs"
    /bin/btrfs subvolume list "$run/btrfs" | sed "s|.* path |subvolume $name |" >"$report"
    /bin/btrfs filesystem df "$run/btrfs" | sed -n "s|^\(Data\|Metadata\), \([A-Za-z0-9]*\):.*|profile $name \1 \2|p" >"$report"
    umount "$run/btrfs"
  done
}

# hold_still SCRIPT: what a capture holds is of the moment it began to
hold_still() {
  mkfifo "$run/beats"
  echo before >"$target/file"
  sh "$1" <"$run/beats" >"$run/held" 2>>"$run/phase.log" &
  holding=$!
  exec 5>"$run/beats"
  until grep -q '^ready\|^failed' "$run/held"; do
    echo >&5
    sleep 0.2
  done
  echo after >"$target/file"
  # shellcheck disable=SC2046
  set -- $(sed -n 's/^ready //p' "$run/held")
  tell "held $(sed -n 's/^way //p' "$run/held") $(nsenter -t "$1" -m cat "$2/file")"
  exec 5>&-
  wait "$holding"
  tell "held-left $(/bin/lvm lvs --noheadings -o lv_name | grep -c heorot) $(find /run -maxdepth 1 -name 'heorot-capture*' | wc -l) $(sed '1,/^ready/d' "$run/held")"
  rm "$run/beats"
}

# do_storage FILE: its lines in order; the first that fails ends it
do_storage() {
  lines=$1
  : >"$run/phase.log"
  while read -r line <&4; do
    # shellcheck disable=SC2086
    set -- $line
    code=
    do_line "$@" 2>>"$run/phase.log" </dev/null && continue
    tell "failed $code $line"
    sed 's/^/said /' "$run/phase.log" | tail -n 5 >"$report"
    return
  done 4<"$lines"
  what_is_there "$lines"
  [ ! -e "${lines%.plan}.hold" ] || hold_still "${lines%.plan}.hold"
}

mkdir -p "$run/files"
mv /plans/storage.cpio.zst "$run/files"
do_line tools storage.cpio.zst 2>>"$run/phase.log"
for plan in /plans/*.plan; do
  name=${plan##*/}
  tell "plan ${name%.plan}"
  say "plan ${name%.plan}"
  # A group of the same name on disks of another plan is refused, as it should be.
  case $name in
    *-again.plan) ;;
    *)
      for disk in $(cd "$run/devices" 2>/dev/null && ls | grep -x 'd[0-9]*'); do step_erase "$disk"; done
      rm -f "$run"/touched-*
      ;;
  esac
  rm -rf "$run/devices" "$run/secrets"
  [ ! -d "${plan%.plan}.luks" ] || { mkdir -p "$run/secrets" && cp -r "${plan%.plan}.luks" "$run/secrets/luks"; }
  do_storage "$plan"
  release
  for disk in $(disk_names); do
    busy=$(disk_busy "$disk")
    [ -z "$busy" ] || tell "busy $disk $busy"
  done
done
tell end
sync
poweroff -f
