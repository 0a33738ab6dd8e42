# One receiver of bench/clone/distribution.ts, for busybox sh: the node's own scripts, up to the bytes that would be unpacked.
# sh distribution-receiver.sh LIBRARY FOLDER HEAD HEX SIZE ORIGINAL SOURCE...
library=$1 folder=$2 hex=$4 size=$5 sha256=$4 original=$6
consoles=
# As on a node: what busybox has comes first.
mkdir -p "$folder/bin"
busybox --install -s "$folder/bin"
PATH=$folder/bin:$PATH
. "$library/words.sh"
. "$library/console.sh"
run=$folder target=$folder/target head=$3
. "$library/head.sh"
. "$library/peers.sh"
. "$library/image.sh"
shift 6
peer_patience=20
mkdir -p "$run/files"
: >"$run/log"
for file in chunks torrent; do wget -q -O "$run/files/$file" "$head/distribution/$hex.$file"; done
store=
for source in "$@"; do
  case $source in
    torrent:*) by_torrent "${source#*:}" ;;
    multicast:*) by_multicast "${source#*:}" ;;
  esac
done
show_progress &
shower=$!
checked_chunks "/blobs/sha256/$hex" | /usr/bin/cmp -s - "$original" && echo "good $(cut -d' ' -f1 /proc/uptime)" || echo bad
kill "$shower"
# Goes on giving, as a node does until its last phase.
sleep "${HOLD:-600}"
