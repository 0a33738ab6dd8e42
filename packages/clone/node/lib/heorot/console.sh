# What people and harnesses read: marks and words on every console. To be sourced.
# shellcheck shell=dash

run=/run/heorot
# On a test machine all of it is elsewhere.
: "${consoles:=$(for tty in $(cat /sys/class/tty/console/active 2>/dev/null); do echo "/dev/$tty"; done)}"

# on_consoles LINE
on_consoles() {
  for tty in $consoles; do
    # A console without a carrier must not hold us up.
    printf '%s\r\n' "$1" >"$tty" 2>/dev/null
  done
  printf '%s\n' "$1" >>"$run/log"
}

# mark PHASE...: `@@ UPTIME PHASE`, for whoever measures.
mark() {
  read -r uptime _ </proc/uptime
  on_consoles "@@ $uptime $*"
}

say() {
  on_consoles "heorot: $*"
}
