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
      torrent:*) by_torrent "${source#*:}" || say "not all came by torrent" ;;
      multicast:*) by_multicast "${source#*:}" || say "not all came by multicast" ;;
      http:*)
        if [ -s "$run/files/chunks" ]; then
          unpack_chunks "${source#http:}"
        else
          unpack_stream "${source#http:}"
        fi && return 0
        say "the image did not come whole ($code)"
        ;;
    esac
  done
  return 1
}

# unpack_chunks PATH: no byte is unpacked that was not checked
unpack_chunks() {
  code='hash'
  [ "$(sed -n '1s/^heorot-chunks 1 [0-9]* //p' "$run/files/chunks")" = "$size" ] || return 1
  rm -f "$run/chunks.done"
  (
    set -o pipefail
    checked_chunks "$1" | unpacked
  )
  status=$?
  [ -e "$run/chunks.done" ] || return 1
  code=image
  return "$status"
}

# checked_chunks PATH: all bytes of the image to stdout, chunk by chunk: from the store when it is good there, else from the head
checked_chunks() {
  if whole_store; then
    echo "$size" >"$run/image.at"
    cat "$store" && : >"$run/chunks.done"
    return
  fi
  {
    read -r _ _ chunk_bytes _
    index=0
    while read -r wanted; do
      piece=$run/piece length=$((size - index * chunk_bytes))
      [ "$length" -le "$chunk_bytes" ] || length=$chunk_bytes
      stored_chunk || chunk_from_head "$1" || return 1
      index=$((index + 1))
      echo $((index * chunk_bytes)) >"$run/image.at"
      cat "$piece" || return 1
    done
    [ $((index * chunk_bytes)) -ge "$size" ] && : >"$run/chunks.done"
  } <"$run/files/chunks"
}

# whole_store: whether all that the others gave is good; in memory one look at the whole is cheaper than one at each chunk
whole_store() {
  [ -n "${store:-}" ] && [ -n "${store_complete:-}" ] || return 1
  case $store in "$target"/*) return 1 ;; esac
  [ "$(size_of "$store")" = "$size" ] && [ "$(sha256_of <"$store")" = "$sha256" ]
}

# stored_chunk: the chunk $index out of what the others gave
stored_chunk() {
  [ -n "${store:-}" ] && [ -e "$store" ] || return 1
  dd if="$store" of="$piece" bs="$chunk_bytes" skip="$index" count=1 2>/dev/null && good_chunk
}

chunk_from_head() {
  tries=0
  while [ "$tries" -lt 20 ]; do
    tries=$((tries + 1))
    # Its first byte in the pipe of nc must not wait for a stalled connection for ever.
    http_range "$1" $((index * chunk_bytes)) $((index * chunk_bytes + length - 1)) </dev/null >"$piece"
    good_chunk && return 0
    say "chunk $index came damaged or short; once more"
    [ "$tries" -lt 2 ] || sleep 1
  done
  echo "chunk $index of the image is not what was signed" >&2
  return 1
}

good_chunk() {
  [ "$(size_of "$piece")" = "$length" ] && [ "$(sha256_of <"$piece")" = "$wanted" ]
}

# unpack_stream PATH: an image without a list of chunks; the hash of the whole tells at the end
unpack_stream() {
  rm -f "$run/hash" && mkfifo "$run/hash"
  openssl dgst -sha256 -r <"$run/hash" >"$run/sha256" &
  hasher=$!
  (
    set -o pipefail
    stream "$1" "$size" | tee "$run/hash" | unpacked
  )
  status=$?
  wait "$hasher"
  read -r found _ <"$run/sha256"
  if [ "$found" != "$sha256" ]; then
    echo "sha256 of the image is $found, not $sha256" >&2
    code='hash'
    return 1
  fi
  code=image
  return "$status"
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

# show_progress: how far it is, to the head every few seconds; a connection that gives nothing for a minute is cut
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
    http POST /v1/mark "$run/progress.reply" "$run/progress" || :
  done
}
