# The plan: its signature, its binding to this boot, and its lines one by one. To be sourced.
# shellcheck shell=dash disable=SC2154 # $run, $mac, $nonce: agent

: "${signing_key:=/etc/heorot/signing.pem}"

# verified DOCUMENT TEXT: whether the last line is the head's signature over the lines before it, which go to TEXT
verified() {
  head -n -1 "$1" >"$2"
  tail -n 1 "$1" | sed -n 's/^signature //p' | openssl base64 -d -A >"$run/signature" 2>/dev/null
  openssl pkeyutl -verify -pubin -inkey "$signing_key" -rawin -in "$2" -sigfile "$run/signature" >/dev/null 2>&1
}

# check_plan: $run/plan is signed, for this machine and this boot, and has no line that we do not know. Why not: $plan_problem
check_plan() {
  plan_problem=
  verified "$run/plan" "$run/plan.text" || plan_problem='the signature of the plan does not fit'
  [ -n "$plan_problem" ] || [ "$(head -n 1 "$run/plan.text")" = 'heorot-plan 1' ] || plan_problem='this is no plan of version 1'
  [ -n "$plan_problem" ] || [ "$(field mac)" = "$mac" ] || plan_problem='the plan is for another machine'
  [ -n "$plan_problem" ] || [ "$(field nonce)" = "$nonce" ] || plan_problem='the plan is for another boot'
  [ -z "$plan_problem" ] || return 1
  while read -r word _; do
    case $word in
      heorot-plan | node | mac | deployment | nonce | action | phase) ;;
      disk | erase | gpt | partition | luks | array | group | volume | thinpool | thin | btrfs | subvolume) ;;
      filesystem | swap | mount | fetch | tools | secrets | image | bundle | post | bootloader | flush | finish) ;;
      *)
        plan_problem="the plan has a line that this boot environment does not know: $word"
        return 1
        ;;
    esac
  done <"$run/plan.text"
}

field() {
  sed -n "s/^$1 //p" "$run/plan.text" | head -n 1
}

# do_plan: until it is done, or the head says otherwise
do_plan() {
  begin=
  while :; do
    phase=
    steps "$begin" && {
      [ "$(field action)" != rescue ] || rescue
      return 0
    }
    fail "${phase:-check}" "${code:-internal}" "$(tail -n 30 "$run/phase.log" 2>/dev/null)"
    # `again PHASE`: what the head wants now.
    begin=$again
    case $begin in
      '' | check | partition | format) release ;;
    esac
  done
}

# steps FROM: the lines of the plan, those of phases before FROM left out
steps() {
  skipping=${1:+yes}
  # By a descriptor of its own: what a step starts may read stdin.
  while read -r line <&4; do
    # shellcheck disable=SC2086 # words of the protocol hold no blank, and nothing that a shell expands
    set -- $line
    if [ "$1" = phase ]; then
      end_phase
      phase=$2
      [ "$phase" != "$begin" ] || skipping=
      [ -n "$skipping" ] || begin_phase
      continue
    fi
    [ -z "$skipping" ] || continue
    code=
    do_line "$@" 2>>"$run/phase.log" || return 1
  done 4<"$run/plan.text"
  end_phase
}

do_line() {
  word=$1
  shift
  case $word in
    heorot-plan | node | mac | deployment | nonce | action) ;;
    disk) step_disk "$@" ;;
    erase | gpt | partition | luks | array | group | volume | thinpool | thin | btrfs | subvolume | filesystem | swap | mount)
      "step_$word" "$@"
      ;;
    fetch) step_fetch "$@" ;;
    tools) step_tools "$@" ;;
    secrets) step_secrets ;;
    image) step_image "$@" ;;
    bundle) step_bundle "$@" ;;
    post) step_post "$@" ;;
    bootloader) step_bootloader "$@" ;;
    flush) step_flush ;;
    finish) step_finish "$@" ;;
  esac
}

begin_phase() {
  : >"$run/phase.log"
  mark "$phase"
  report "begin $phase $(uptime_ms)"
}

end_phase() {
  [ -z "$phase" ] || [ -n "$skipping" ] || report "end $phase $(uptime_ms)"
}

uptime_ms() {
  read -r seconds _ </proc/uptime
  echo "${seconds%.*}${seconds#*.}0"
}

# report LINE: the head may answer that this is over
report() {
  echo "$1" >"$run/mark"
  ask POST /v1/mark "$run/reply" "$run/mark" || begin_anew
  [ "$reply" != end ] || end_as_told "$reply_rest"
}

# fail PHASE CODE TEXT: tells the head why, and does what it answers; `again PHASE` comes back in $again
fail() {
  mark "failed $1 $2"
  say "$1 failed ($2): $(printf %s "$3" | tail -n 1)"
  { echo "$1 $2" && printf %s "$3" | tail -c 3500; } >"$run/failure"
  send_log
  again=
  ask POST /v1/fail "$run/reply" "$run/failure" || begin_anew
  case $reply in
    again) again=$reply_rest ;;
    end) end_as_told "$reply_rest" ;;
  esac
}

send_log() {
  tail -c 200000 "$run/log" >"$run/log.sent"
  http POST /v1/log "$run/reply" "$run/log.sent" || :
}

step_fetch() {
  mkdir -p "$run/files"
  code=fetch
  case $1 in */* | .*) return 1 ;; esac
  fetch_file "$2" "$run/files/$1" "$3" "$4"
}

# step_tools FILE: a fetched part of the boot environment
step_tools() {
  code=tool
  add_part "$1"
}

# add_part FILE: laid over the boot environment, as the kernel lays archives over one another
add_part() {
  (
    set -o pipefail
    cd / && /bin/zstd -q -d -c "$run/files/$1" | cpio -i -d -u 2>>"$run/log"
  ) && rm "$run/files/$1"
}

# What the head sealed to the key of this boot, unpacked where no disk sees it.
step_secrets() {
  code=secrets
  ask GET /v1/sealed "$run/sealed" || return 1
  [ "$reply" = heorot-sealed ] && verified "$run/sealed" "$run/sealed.text" || return 1
  sealed() { sed -n "s/^$1 //p" "$run/sealed.text" | head -n 1; }
  [ "$(sealed nonce)" = "$nonce" ] && [ "$(sealed node)" = "$(field node)" ] || return 1
  sealed key | openssl base64 -d -A >"$run/head.der"
  (
    umask 077
    mkdir -p "$run/secrets"
    key=$({
      printf 'heorot-sealed 1\n%s\n' "$nonce"
      openssl pkeyutl -derive -inkey "$run/claim.key" -peerkey "$run/head.der" -peerform DER
    } | sha256_of)
    set -o pipefail
    sealed payload | openssl base64 -d -A |
      openssl enc -d -aes-256-ctr -K "$key" -iv 00000000000000000000000000000000 |
      /bin/tar -x -C "$run/secrets"
  )
}

step_flush() {
  code=internal
  [ "$(field_of_finish)" != kexec ] || load_next_kernel || return 1
  release
}

field_of_finish() {
  sed -n 's/^finish //p' "$run/plan.text"
}

step_finish() {
  end_phase
  phase=
  send_log
  # Refused: an earlier report arrived and its answer was lost.
  ask POST /v1/done "$run/reply" && [ "$reply" = end ] && end_as_told "$reply_rest"
  mark 'done'
  sync
  case $1 in
    kexec) /bin/kexec -e ;;
    poweroff) poweroff -f ;;
  esac
  reboot -f
  sleep 60
}
