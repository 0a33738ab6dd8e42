# What makes a copy a node of its own: files laid over the target, and scripts. To be sourced.
# shellcheck shell=dash disable=SC2034,SC2154

# step_bundle FILE: a fetched tar, or `secrets`
step_bundle() {
  code=image
  bundle_folder "$1" && lay_over "$folder" "$target" && run_scripts "$folder/scripts"
}

# step_post FILE
step_post() {
  code=image
  bundle_folder "$1" && run_scripts "$folder/post"
}

# bundle_folder FILE: unpacked; where: $folder
bundle_folder() {
  folder=$run/secrets
  [ "$1" != secrets ] || return 0
  folder=$run/bundle-$1
  [ ! -d "$folder" ] || return 0
  mkdir -p "$folder" && /bin/tar -x -C "$folder" -p --numeric-owner --same-owner -f "$run/files/$1"
}

# lay_over FOLDER TARGET: what is below FOLDER/root. A folder that is a link on the target stays one.
lay_over() {
  [ -d "$1/root" ] || return 0
  (
    set -o pipefail
    /bin/tar -c -C "$1/root" --numeric-owner -f - . |
      /bin/tar -x -C "$2" -p --numeric-owner --same-owner --keep-directory-symlink --no-overwrite-dir -f -
  )
}

# run_scripts FOLDER: in order of their names, which end in .chroot or .outside and .must or .may
run_scripts() {
  [ -d "$1" ] || return 0
  for script in $(find "$1" -type f | sort); do
    say "script ${script##*/}"
    run_script "$script" >"$run/script.log" 2>&1 </dev/null
    status=$?
    cat "$run/script.log" >>"$run/log"
    [ "$status" != 0 ] || continue
    say "script ${script##*/} ended with $status"
    case $script in *.may) continue ;; esac
    code=script
    { echo "${script##*/} ended with $status:" && tail -n 20 "$run/script.log"; } >&2
    return 1
  done
}

run_script() {
  chmod 700 "$1"
  case $1 in
    *.chroot.*)
      prepare_target || return 1
      cp "$1" "$target/run/heorot-script" && cp /bin/heorot-ask "$target/run/heorot-bin/" || return 1
      carry_questions "$target/run/heorot-ask" &
      env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/run/heorot-bin HOME=/root LC_ALL=C.UTF-8 \
        chroot "$target" /run/heorot-script
      ;;
    *)
      mkdir -p "$run/ask"
      carry_questions "$run/ask" &
      TARGET=$target HEOROT_ASK=$run/ask "$1"
      ;;
  esac
  ended=$?
  kill $! 2>/dev/null
  return $ended
}

prepare_target() {
  mkdir -p "$target/proc" "$target/sys" "$target/dev" "$target/run"
  for each in proc sys dev; do
    grep -q " $target/$each " /proc/mounts || mount --bind "/$each" "$target/$each" || return 1
  done
  grep -q " $target/run " /proc/mounts || mount -t tmpfs tmpfs "$target/run" || return 1
  mkdir -p "$target/run/heorot-bin" "$target/run/heorot-ask"
}

# carry_questions FOLDER: what scripts ask goes to the head, and the answer back, until killed
carry_questions() {
  while sleep 1; do
    [ -e "$1/question" ] || continue
    mv "$1/question" "$run/question"
    ask POST /v1/ask "$run/ask.reply" "$run/question" && [ "$reply" = ok ] || continue
    ask GET "/v1/answer?id=$reply_rest" "$run/ask.reply" || continue
    decode "$reply_rest" >"$1/answer.part"
    mv "$1/answer.part" "$1/answer"
  done
}
