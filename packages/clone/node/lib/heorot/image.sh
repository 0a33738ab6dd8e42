# The image: from the wire through the hash to the target, once, without a copy in between. To be sourced.
# shellcheck shell=dash disable=SC2034,SC2154,SC2317

# step_image SHA256 SIZE MEDIATYPE SOURCE...: the first source that gives anything; http is always the last
step_image() {
  sha256=$1 size=$2 media=$(decode "$3")
  shift 3
  grep -q " $target " /proc/mounts || { code=internal && return 1; }
  for source in "$@"; do
    source=$(decode "$source")
    case $source in
      http:*) lay_down "${source#http:}" && return 0 ;;
      multicast:*) lay_down_multicast "${source#multicast:}" && return 0 ;;
    esac
    say "the image did not come whole by $source ($code)"
  done
  return 1
}

# lay_down PATH
lay_down() {
  from_head() { stream "$1" "$size"; }
  unpack_from from_head "$1"
}

# lay_down_multicast GROUP:PORT: udpcast ends when its sender does; length and hash say whether all came
lay_down_multicast() {
  from_group() { /bin/udp-receiver --nokbd --nosync --mcast-rdv-address "${1%:*}" --portbase "${1##*:}" --start-timeout 60 --receive-timeout 30 2>>"$run/log"; }
  unpack_from from_group "$1"
}

# unpack_from COMMAND ARGUMENT
unpack_from() {
  rm -f "$run/hash" && mkfifo "$run/hash"
  openssl dgst -sha256 -r <"$run/hash" >"$run/sha256" &
  hasher=$!
  show_progress "$hasher" &
  shower=$!
  (
    set -o pipefail
    "$1" "$2" | tee "$run/hash" | unpacked "$media" |
      /bin/tar -x -C "$target" -p --numeric-owner --same-owner --acls --xattrs '--xattrs-include=*' -f -
  )
  status=$?
  wait "$hasher"
  kill "$shower" 2>/dev/null
  read -r found _ <"$run/sha256"
  if [ "$found" != "$sha256" ]; then
    echo "sha256 of the image is $found, not $sha256" >&2
    code='hash'
    return 1
  fi
  code=image
  return "$status"
}

unpacked() {
  case $1 in
    *zstd*) /bin/zstd -q -d -c --long=31 -M2048MB ;;
    *gzip*) zcat ;;
    *) cat ;;
  esac
}

# show_progress PID: how much that process has read, to the head every few seconds; a connection that gives nothing for a minute is cut
show_progress() {
  before=0 idle=0
  while sleep 5; do
    now=$(sed -n 's/^rchar: //p' "/proc/$1/io" 2>/dev/null)
    [ -n "$now" ] || return
    if [ "$now" = "$before" ]; then
      idle=$((idle + 1))
    else
      idle=0
    fi
    [ "$idle" -lt 12 ] || { killall -q nc && idle=0; }
    before=$now
    echo "progress image $now $size" >"$run/progress"
    http POST /v1/mark "$run/progress.reply" "$run/progress" || :
  done
}
