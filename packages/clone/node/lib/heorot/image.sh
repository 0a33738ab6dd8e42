# The image: from the wire to the target, checked on the way, once, without a copy in between. To be sourced.
# shellcheck shell=dash disable=SC2034,SC2154,SC2317

# step_image SHA256 SIZE MEDIATYPE SOURCE...: what other sources have brought is taken; the rest is the head's, which is always the last
step_image() {
  sha256=$1 size=$2 media=$(decode "$3")
  shift 3
  grep -q " $target " /proc/mounts || { code=internal && return 1; }
  rm -f "$run/image.at"
  show_progress &
  shower=$!
  image_from "$@"
  status=$?
  kill "$shower" 2>/dev/null
  return "$status"
}

image_from() {
  code=image
  for source in "$@"; do
    source=$(decode "$source")
    case $source in
      torrent:*) by_torrent "${source#*:}" || say "nothing comes by torrent" ;;
      multicast:*) by_multicast "${source#*:}" || say "nothing comes by multicast" ;;
      http:*)
        unpack_image "${source#http:}" && return 0
        say "the image did not come whole ($code)"
        ;;
    esac
  done
  return 1
}

# unpack_image PATH: each chunk as soon as it is there and is what was signed
unpack_image() {
  code='hash'
  [ "$(sed -n '1s/^heorot-chunks 1 [0-9]* //p' "$run/files/chunks")" = "$size" ] || return 1
  code=image
  rm -f "$run/not-signed"
  (
    set -o pipefail
    checked_chunks "$1" | unpacked
  )
  status=$?
  [ ! -e "$run/not-signed" ] || code='hash'
  [ "$(cat "$run/image.at")" = "$size" ] && return "$status"
}

# checked_chunks PATH: the image to stdout: chunks that others give, and all the rest from the head
checked_chunks() {
  read -r _ _ chunk_bytes _ <"$run/files/chunks"
  piece=$run/piece tries=0 whole=''
  come_to 0
  while :; do
    pass_chunks stored_chunk
    [ $? != 2 ] || return 1
    [ "$at" -lt "$size" ] || return 0
    # In one stream to the end when the others have nothing more. What is on the wire waits in the kernel while a chunk is checked.
    before=$at last=
    [ "$at" -ge "$(size_of "${store:-}")" ] || last=$((at + length - 1))
    http_range "$1" "$at" "$last" </dev/null | pass_chunks next_chunk
    [ $? != 2 ] || return 1
    come_to "$(cat "$run/image.at")"
    tries=$((tries + 1))
    [ "$at" = "$before" ] || tries=0
    [ "$tries" -lt 20 ] || break
    [ "$tries" = 0 ] || say "chunk $((at / chunk_bytes)) came damaged or short; once more"
    [ "$tries" -lt 2 ] || sleep 1
  done
  : >"$run/not-signed"
  echo "chunk $((at / chunk_bytes)) of the image is not what was signed" >&2
  return 1
}

# come_to BYTE: where the next chunk begins
come_to() {
  at=$1 length=$((size - $1))
  [ "$length" -lt "$chunk_bytes" ] || length=$chunk_bytes
  echo "$at" >"$run/image.at"
}

# pass_chunks COMMAND: as long as COMMAND brings good ones; 2 when nobody reads them any more
pass_chunks() {
  tail -n +$((at / chunk_bytes + 2)) "$run/files/chunks" >"$run/wanted"
  while read -r wanted <&4; do
    "$1" || return 1
    if [ "$whole" = good ]; then stored_bytes; else cat "$piece"; fi || return 2
    come_to $((at + length))
  done 4<"$run/wanted"
}

# next_chunk: out of what comes on stdin
next_chunk() {
  dd of="$piece" bs="$chunk_bytes" count=1 iflag=fullblock 2>/dev/null
  good_chunk
}

# stored_chunk: out of what the others give; waited for as long as they go on giving
stored_chunk() {
  [ -n "${store:-}" ] || return 1
  while :; do
    ended=
    peers_give || { ended=yes && look_at_whole; }
    [ "$whole" != good ] || return 0
    if [ -n "$ended" ] || [ "$peers_came" -ge $((at + length)) ]; then
      stored_bytes >"$piece"
      ! good_chunk || return 0
    fi
    [ -z "$ended" ] || return 1
    sleep 0.2
  done
}

# The chunk at $at, which is of whole blocks of 64 KiB: small ones stay in the cache of the processor, and take half the time of one of 4 MiB.
stored_bytes() {
  dd if="$store" bs=64k skip=$((at / 65536)) count=$((chunk_bytes / 65536)) 2>/dev/null
}

# look_at_whole: what came lies in any order, so most is checked at the end; in memory one look at all costs less than one at each chunk
look_at_whole() {
  [ -z "$whole" ] || return 0
  whole=unknown
  case $store in "$target"/*) return 0 ;; esac
  [ "$(size_of "$store")" = "$size" ] || return 0
  [ "$(sha256_of <"$store")" != "$sha256" ] || whole=good
}

good_chunk() {
  [ "$(sha256_of <"$piece")" = "$wanted" ]
}

# unpacked: a tar on stdin, compressed or not, onto the target
unpacked() {
  (
    set -o pipefail
    case $media in
      *zstd*) /bin/zstd -q -d -c --long=31 -M2048MB ;;
      *gzip*) zcat ;;
      *) cat ;;
    esac | /bin/tar -x -C "$target" -p --numeric-owner --same-owner --acls --xattrs '--xattrs-include=*' -f -
  )
}

# show_progress: how far it is, to the head every few seconds, which may answer that this node holds the others of a multicast.
# A connection that gives nothing for a minute is cut.
show_progress() {
  before='' idle=0
  while sleep 5; do
    now=$(cat "$run/image.at" 2>/dev/null)
    case $now in '' | *[!0-9]*) now=0 ;; esac
    moved="$now $(size_of "$run/piece")"
    if [ "$moved" = "$before" ]; then idle=$((idle + 1)); else idle=0; fi
    [ "$idle" -lt 12 ] || { killall -q nc && idle=0; }
    before=$moved
    [ "$now" -le "$size" ] || now=$size
    echo "progress image $now $size" >"$run/progress"
    http POST /v1/mark "$run/progress.reply" "$run/progress" || continue
    ! grep -q '^ok leave' "$run/progress.reply" || leave_multicast
  done
}
