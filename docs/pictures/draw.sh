#!/bin/sh
# Draws dsh.svg anew from what the tools really print on a rehearsal cluster: sh docs/pictures/draw.sh
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
state=$(mktemp -d)
export XDG_STATE_HOME="$state/state" XDG_CACHE_HOME="$state/cache"
heorot() { "$root/heorot" "$@"; }
trap 'heorot lab down >/dev/null 2>&1; rm -rf "$state"' EXIT
eval "$(heorot lab up 2>/dev/null)"

# As a terminal would show it: the command in green behind a prompt, both streams in order.
typed() {
  printf '\033[2m$\033[22m \033[32m%s\033[39m\n' "$*"
  eval "heorot $1 --color always $2" 2>&1 || true
}
{
  typed dsh '-g compute hostname'
  typed dsh '-a -b uname -r'
  typed dsh '-a --diff cat ntp.conf'
  typed dsh '-a -b cat scratch.mount'
} | sed '/^heorot: /d' >"$state/shown"
node "$root/toolchain/terminal-picture.mjs" <"$state/shown" >"$root/docs/pictures/dsh.svg"
