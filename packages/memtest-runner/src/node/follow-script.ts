// Tells the head what a run on a node has written since it last looked, and goes on until the run has ended. Frames:
//   `@ FILE OFFSET COUNT` and COUNT bytes: more of a file;    `= UPTIME WALLCLOCK BOOT PHASE`: alive, once a round;
//   `! WORD`: the last frame: `ended` (rc was told), `vanished` (nobody works and there is no rc), `no-run`.
// follow/frames.ts reads it. Bytes are sent as they are: the count says where they end.

/** First line of what is ours: start-up files of a login shell may print before it. */
export const followMarker = 'heorot-follow 1';

/** At most this many bytes of a file in one frame. */
const mostBytes = 1 << 20;

/** `script FOLDER INTERVAL FILE=OFFSET...`; INTERVAL 0: one round only. */
export const followScript = `#!/bin/sh
export LC_ALL=C
PATH=$PATH:/usr/bin:/bin
printf '\\n%s\\n' '${followMarker}'
case $1 in '~/'*) set -- "$HOME/\${1#'~/'}" "$@"; folder=$1; shift 2 ;; *) folder=$1; shift ;; esac
interval=$1
shift
cd "$folder" 2>/dev/null || { echo '! no-run'; exit 0; }
name_of() { # FILE: sets id to a name for a variable
  old=$IFS
  IFS=.-
  set -- $1
  IFS=_
  id="told_$*"
  IFS=$old
}
for each; do
  name_of "\${each%=*}"
  eval "$id=\${each##*=}"
done
tell() { # FILE SIZE
  name_of "$1"
  eval "told=\\\${$id:-0}"
  while [ "$told" -lt "$2" ]; do
    count=$(($2 - told))
    [ $count -gt ${mostBytes} ] && count=${mostBytes}
    printf '@ %s %s %s\\n' "$1" "$told" "$count"
    tail -c "+$((told + 1))" "$1" | head -c "$count" || exit 1
    told=$((told + count))
    eval "$id=$told"
  done
}
works() {
  read -r run pid ticks at phase _ 2>/dev/null < state || return 1
  [ "\${at#boot=}" = "$boot" ] || return 1
  IFS= read -r stat 2>/dev/null < "/proc/\${pid#pid=}/stat" || return 1
  set -- \${stat##*) }
  shift 19
  [ "$1" = "\${ticks#ticks=}" ]
}
# A job of the scheduler will begin it.
waits() { [ -e queued ] && [ ! -d started ]; }
gone=0 asked=
while :; do
  IFS= read -r boot < /proc/sys/kernel/random/boot_id
  over=
  [ -s rc ] && over=1
  if works; then gone=0; elif waits; then gone=0 phase=queued; else gone=$((gone + 1)); fi
  for line in $(for file in events.ndjson evidence.ndjson *.out *.err; do
    [ -e "$file" ] && stat -c '%n=%s' "$file"
  done); do
    tell "\${line%=*}" "\${line##*=}"
  done
  read -r uptime _ < /proc/uptime
  printf '= %s %s %s %s\\n' "$uptime" "$(date +%s)" "$boot" "\${phase#phase=}" || exit 1
  if [ $over ]; then
    printf '! ended %s\\n' "$(cat rc)"
    exit 0
  fi
  if [ $gone -ge 5 ] && [ "$at" != "boot=$boot" ] && [ -s evidence ] && [ -z "$asked" ]; then
    # It was booted anew: what the counters say now, once.
    asked=1
    { keep=$PWD sh ./evidence full < /dev/null >> evidence.ndjson; } 2>/dev/null
    continue
  fi
  # A supervisor that has not yet said who it is gets some rounds.
  [ $gone -ge 5 ] && { echo '! vanished'; exit 0; }
  [ "$interval" = 0 ] && { [ $gone -gt 0 ] && echo '! vanished'; exit 0; }
  pause=$interval
  [ $gone -gt 0 ] && pause=0.5
  sleep "$pause" 2>/dev/null || sleep 1
done
`;
