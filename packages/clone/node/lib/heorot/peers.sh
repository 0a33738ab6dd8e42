# The image from other nodes (torrent) or from one sender to all (multicast), into a file. Whatever comes, comes unproved: image.sh
# checks each chunk, and asks the head for what is bad or missing. To be sourced.
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
  if [ ! -x /bin/aria2c ]; then
    [ -s "$run/files/aria2.tar.zst" ] && /bin/zstd -q -d -c "$run/files/aria2.tar.zst" | /bin/tar -x -C / || return 1
  fi
  peer_store || return 1
  rm -f "$run/torrent.done"
  printf '#!/bin/sh\n: >%s\n' "$run/torrent.done" >"$run/torrent-done"
  chmod +x "$run/torrent-done"
  # Small waits and few limits: this is one hall, not the world.
  /bin/aria2c --quiet --no-conf --dir="${store%/*}" --index-out="1=${store##*/}" --bt-tracker="$head/announce" \
    --enable-dht=false --enable-dht6=false --bt-enable-lpd=false --enable-peer-exchange=false --bt-tracker-interval=2 \
    --listen-port=6881-6999 --bt-max-peers=40 --bt-request-peer-speed-limit=1000M --bt-min-crypto-level=plain \
    --file-allocation=none --seed-ratio=0.0 --allow-overwrite=true --summary-interval=0 --max-upload-limit=0 \
    --on-bt-download-complete="$run/torrent-done" "$run/files/$1" >>"$run/log" 2>&1 &
  torrent_pid=$!
  wait_for_peers "$torrent_pid" "$run/torrent.done" && store_complete=yes
}

# by_multicast GROUP:PORT: one sender for all who are there; who comes late waits for the next, or takes it from the head
by_multicast() {
  peer_store || return 1
  rm -f "$run/multicast.done"
  {
    /bin/udp-receiver --nokbd --nosync --no-progress --mcast-rdv-address "${1%:*}" --portbase "${1##*:}" \
      --start-timeout "$peer_patience" --receive-timeout 15 --file "$store" >>"$run/log" 2>&1
    : >"$run/multicast.done"
  } &
  multicast_pid=$!
  wait_for_peers "$multicast_pid" "$run/multicast.done" && multicast_pid='' && store_complete=yes
}

# wait_for_peers PID DONE: until DONE is there; 1 when the process has ended without it, or nothing has come for too long
wait_for_peers() {
  before=0 idle=0 turn=0
  while [ ! -e "$2" ]; do
    kill -0 "$1" 2>/dev/null || { sleep 1 && [ -e "$2" ]; } || return 1
    sleep 0.2
    turn=$(((turn + 1) % 5))
    [ "$turn" = 0 ] || continue
    # Blocks, not length: a piece from the end makes a file long at once.
    now=$(stat -c %b "$store" 2>/dev/null || echo 0)
    now=$((now / 2 * 1024))
    if [ "$now" = "$before" ]; then idle=$((idle + 1)); else idle=0; fi
    before=$now
    [ "$now" -gt "$size" ] || echo "$now" >"$run/image.at"
    [ "$idle" -lt "$peer_patience" ] || {
      say "nothing from the others for $peer_patience seconds: the rest comes from the head"
      return 1
    }
  done
}

# stop_peers: nothing of it is needed any more
stop_peers() {
  for process in ${torrent_pid:-} ${multicast_pid:-}; do kill "$process" 2>/dev/null && wait "$process" 2>/dev/null; done
  ! grep -q " $run/peers " /proc/mounts || umount "$run/peers"
  [ -z "${store:-}" ] || rm -f "$store" "$store.aria2"
  torrent_pid='' multicast_pid='' store='' store_complete=''
}
