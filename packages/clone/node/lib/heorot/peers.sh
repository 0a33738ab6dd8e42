# The image from other nodes (torrent) or from one sender to all (multicast), into a file, $store. Whatever comes, comes unproved:
# image.sh checks each chunk as soon as it is there, and asks the head for what is bad or missing. To be sourced.
# shellcheck shell=dash disable=SC2034,SC2154

# A source that has given nothing for so many seconds is left.
peer_patience=${peer_patience:-60}

# peer_store: where the file lies: in memory when there is room twice over, else on the target; away again after the image
peer_store() {
  [ -z "${store:-}" ] || return 0
  free=$(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo)
  if [ $((free / 2)) -gt $((size / 1024)) ]; then
    mkdir -p "$run/peers"
    [ "$run" != /run/heorot ] || mount -t tmpfs -o "size=$((size / 1024 + 1024))k" tmpfs "$run/peers" || return 1
    store=$run/peers/image
  else
    store=$target/.heorot-image
  fi
}

# by_torrent FILE: FILE is the torrent, fetched under the plan's hash. Goes on giving to others until stop_peers.
by_torrent() {
  [ -x /bin/aria2c ] || add_part aria2.cpio.zst || return 1
  peer_store || return 1
  rm -f "$run/peers.done"
  printf '#!/bin/sh\n: >%s\n' "$run/peers.done" >"$run/torrent-done"
  chmod +x "$run/torrent-done"
  aria2_list "$run/files/$1" >"$run/aria2.list"
  # Small waits and few limits: this is one hall, not the world.
  /bin/aria2c --quiet --no-conf --input-file="$run/aria2.list" --max-concurrent-downloads=2 --bt-tracker="$head/announce" \
    --enable-dht=false --enable-dht6=false --bt-enable-lpd=false --enable-peer-exchange=false --bt-tracker-interval=2 \
    --listen-port=6881-6999 --bt-max-peers=40 --bt-request-peer-speed-limit=1000M --bt-min-crypto-level=plain \
    --file-allocation=none --disk-cache=0 --seed-ratio=0.0 --allow-overwrite=true --summary-interval=0 --max-upload-limit=0 \
    --on-bt-download-complete="$run/torrent-done" >>"$run/log" 2>&1 &
  peers_pid=$! peers_end=TERM
}

# aria2_list TORRENT: what aria2 loads. It calls others, and looks who has called, when it has loaded something, and else once a second:
# in its first second it loads ten small answers one after the other, each of which the head gives after a tenth of a second.
aria2_list() {
  printf '%s\n dir=%s\n index-out=1=%s\n' "$1" "${store%/*}" "${store##*/}"
  for at in 0 1 2 3 4 5 6 7 8 9; do printf '%s\n dir=%s\n out=wake\n' "$head/wake?$at" "$run"; done
}

# by_multicast GROUP:PORT: one sender for all who are there; who comes late waits for the next, or takes it from the head
by_multicast() {
  peer_store || return 1
  rm -f "$run/peers.done"
  /bin/udp-receiver --nokbd --nosync --no-progress --mcast-rdv-address "${1%:*}" --portbase "${1##*:}" \
    --start-timeout "$peer_patience" --receive-timeout 15 --file "$store" >>"$run/log" 2>&1 &
  peers_pid=$! peers_end=INT
  echo "$peers_pid" >"$run/multicast.pid"
}

# leave_multicast: what came is kept, the rest comes from the head. On SIGINT it says good-bye; the sender would wait for one that is just gone.
leave_multicast() {
  [ -s "$run/multicast.pid" ] && kill -INT "$(cat "$run/multicast.pid")" 2>/dev/null || return 0
  rm -f "$run/multicast.pid"
  say "the others wait for this node: the rest comes from the head"
}

# peers_give: whether more may come: they are at it, and something has come of late. How many bytes so far: $peers_came
peers_give() {
  [ -n "${peers_pid:-}" ] && [ ! -e "$run/peers.done" ] && kill -0 "$peers_pid" 2>/dev/null || return 1
  # Blocks, not length: a piece from the end makes a file long at once.
  now=$(($(stat -c %b "$store" 2>/dev/null || echo 0) * 512))
  read -r clock _ </proc/uptime
  clock=${clock%.*}
  [ "$now" = "${peers_came:-}" ] || peers_came=$now peers_heard=$clock
  [ $((clock - peers_heard)) -ge "$peer_patience" ] || return 0
  say "nothing from the others for $peer_patience seconds: the rest comes from the head"
  peers_pid=
  return 1
}

# stop_peers: nothing of it is needed any more
stop_peers() {
  [ -z "${peers_pid:-}" ] || { kill -s "${peers_end:-TERM}" "$peers_pid" 2>/dev/null && wait "$peers_pid" 2>/dev/null; }
  ! grep -q " $run/peers " /proc/mounts || umount "$run/peers"
  [ -z "${store:-}" ] || rm -f "$store" "$store.aria2"
  rm -f "$run/multicast.pid"
  peers_pid='' store=''
}
