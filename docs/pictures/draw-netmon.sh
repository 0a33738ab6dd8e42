#!/bin/sh
# Draws netmon-table.svg and netmon-heatmap.svg anew from a real screen, and netmon-page.png from a real browser:
# sh docs/pictures/draw-netmon.sh [screen|page]
# Needs root, tmux, chromium and ping: the nodes are network namespaces, and send each other what their number says.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
state=$(mktemp -d)
export XDG_STATE_HOME="$state/state" XDG_CACHE_HOME="$state/cache"
heorot() { "$root/heorot" "$@"; }
nodes=24
terminal="tmux -L netmon-picture-$$ -f /dev/null"
finish() {
  [ -z "${page:-}" ] || kill "$page" 2>/dev/null || true
  $terminal kill-server 2>/dev/null || true
  [ -z "${traffic:-}" ] || kill "$traffic" 2>/dev/null || true
  heorot lab down >/dev/null 2>&1 || true
  rm -rf "$state"
}
trap finish EXIT
eval "$(heorot lab up --kind namespaces --nodes $nodes 2>/dev/null)"

# Node N pings its neighbour with packets of N * 55 bytes, the even ones for a quarter of the time only.
cat >"$state/traffic" <<'END'
number=$(hostname | tr -dc 0-9)
address=$(ip -4 -o address show scope global | sed 's/.*inet \([0-9.]*\)\..*/\1/;q')
end=$(($(date +%s) + 120))
while [ "$(date +%s)" -lt $end ]; do
  ping -q -w 4 -i 0.004 -s $((number * 55)) "$address.$((number % 20 + 2))" >/dev/null
  [ $((number % 2)) = 1 ] || sleep $((number / 2))
done
END
heorot dsh -a -u 130 "$(cat "$state/traffic")" >/dev/null 2>&1 &
traffic=$!

if [ "${1:-page}" = page ]; then
  heorot netmon serve -a -q --listen 127.0.0.1:0 --record "$state/recording" >"$state/address" &
  page=$!
  sleep 30
  node "$root/docs/pictures/draw-page.mjs" "$(cat "$state/address")" "$root/docs/pictures/netmon-page.png"
fi
[ "${1:-screen}" = screen ] || exit 0

drawn() {
  $terminal capture-pane -e -p | node "$root/toolchain/terminal-picture.mjs" >"$root/docs/pictures/netmon-$1.svg"
}
$terminal new-session -d -x 112 -y 32 -e LANG=C.UTF-8 -- "$root/heorot" netmon -a --group-by rack -i 1s
sleep 50
drawn table
$terminal resize-window -x 92 -y 9
$terminal send-keys 2 Right Right Right
sleep 2
drawn heatmap
$terminal send-keys q
