// What works on a node: a POSIX sh program that runs the phases of its `spec` one after the other and writes down what
// happens. It needs no Node.js and no connection; what it reads and writes is told at its head.
import { engineFunctions } from './engine-functions.ts';

/** `sh supervisor FOLDER`: FOLDER holds `spec` and is where everything is written. */
export const supervisorScript = `#!/bin/sh
# heorot memtest supervisor. Reads: spec, evidence, stop. Writes: events.ndjson (only ever appended to), evidence.ndjson,
# state (who runs), rc (how it ended, last of all), PHASE.ENGINE.out and .err (what the engines say).
umask 077
export LC_ALL=C
cd "$1" || exit 3
trap '' HUP
trap 'stopping=signal' TERM INT
IFS= read -r boot < /proc/sys/kernel/random/boot_id
phase=- index=0 stopping= full= reserve= spool=$PWD
host=$(uname -n)
now() { read -r seconds _ < /proc/uptime; seconds=\${seconds%.*}; }
ticks_of() { IFS= read -r stat 2>/dev/null < "/proc/$1/stat" || return 1; set -- \${stat##*) }; shift 19; ticks=$1; }
alive() {
  IFS= read -r stat 2>/dev/null < "/proc/$1/stat" || return 1
  case \${stat##*) } in [ZX]*) return 1 ;; esac
}

# event KIND [MEMBERS]: appends one record. What a full disk refuses is said as soon as the reserve is given up for it.
event() {
  read -r uptime _ < /proc/uptime
  record="{\\"event\\":\\"$1\\",\\"at\\":\\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\\",\\"uptime\\":$uptime,\\"bootId\\":\\"$boot\\",\\"phase\\":\\"$phase\\"\${2:+,$2}}"
  append events.ndjson "$record"
}
append() {
  { printf '%s\\n' "$2" >> "$1"; } 2>/dev/null && return 0
  spool_is_full
  { printf '\\n%s\\n' "$2" >> "$1"; } 2>/dev/null
}
spool_is_full() {
  rm -f reserve
  [ -z "$full" ] || return 0
  full=1
  event spool-full "\\"engineIndex\\":$index"
}
# What the probe has taken it gives back at once: else it would find its own room again.
check_space() {
  { printf '%s' "$padding" > space; } 2>/dev/null || spool_is_full
  printf '' > space
}
padding=0123456789abcdef
while [ \${#padding} -lt 8192 ]; do padding=$padding$padding; done

write_state() {
  ticks_of $$
  { printf '%s\\n' "run=$run pid=$$ ticks=$ticks boot=$boot phase=$phase index=$index" > state.new; } 2>/dev/null && mv -f state.new state
}

# One burn-in a node: two would test each other's load. The lock names a process that may be gone.
take_node() {
  ticks_of $$
  lock=$base/running.$host
  printf '%s\\n' "$run $$ $ticks $boot" > "lock.$$" || return 0
  if ! ln "lock.$$" "$lock" 2>/dev/null; then
    read -r other pid started at 2>/dev/null < "$lock"
    if [ "$at" = "$boot" ] && ticks_of "$pid" && [ "$ticks" = "$started" ]; then
      rm -f "lock.$$"
      [ "$shared" = yes ] && lock= && return 0
      finish busy "\\"run\\":\\"$other\\""
    fi
    mv -f "lock.$$" "$lock"
  fi
  rm -f "lock.$$"
}

finish() { # OUTCOME [MEMBERS]
  phase=-
  event end "\\"outcome\\":\\"$1\\"\${2:+,$2}"
  [ -n "$lock" ] && [ "$1" != busy ] && rm -f "$lock"
  rm -f reserve space
  echo "$1" > rc
  exit 0
}

# The last line of a reading that a full disk refused is not missed: each says what has changed since the one before it.
evidence() { # full or brief
  [ -s evidence ] || return 0
  { keep=$spool $patience sh ./evidence "$1" < /dev/null 2>/dev/null >> evidence.ndjson; } 2>/dev/null
}

# launch FILE COMMAND...: starts an engine; the kernel shall kill it before anything else of the node.
launch() {
  file=$1
  shift
  (
    trap - TERM INT
    { echo 1000 > /proc/self/oom_score_adj; } 2>/dev/null
    exec "$@"
  ) >> "$file.out" 2>> "$file.err" < /dev/null &
  pids="$pids $!:$file"
}
signal_all() { for each in $pids $beside; do kill "-$1" "\${each%%:*}" 2>/dev/null; done; }

# A short test shall not wait for the next look; in a long one looks are rare, and beside a bandwidth test always: they are load.
nap() { [ -z "$quiet" ] && [ "$seconds" -lt "$hurry" ] && sleep 0.1 2>/dev/null || sleep 1; }

# Waits for the engines of a phase; ends them when the phase's time is over, when somebody asks, or when they hang.
watch_phase() { # LIMIT in seconds, 0 = none
  now
  begun=$seconds hurry=$((seconds + 5)) next_evidence=$((seconds + every)) next_space=$((seconds + 5)) ended=complete asked=
  while [ -n "$pids" ]; do
    rest=
    for each in $pids; do
      pid=\${each%%:*}
      if alive "$pid"; then rest="$rest $each"; else report_end "$pid" "\${each#*:}"; fi
    done
    pids=$rest
    [ -n "$pids" ] || break
    nap
    now
    [ -e stop ] && stopping=asked
    if [ -z "$asked" ] && { [ -n "$stopping" ] || { [ "$1" -gt 0 ] && [ $((seconds - begun)) -ge "$1" ]; }; }; then
      if [ -n "$stopping" ]; then ended=stopped; else ended=time; fi
      asked=$seconds hurry=$((seconds + 5)) quiet=
      signal_all TERM
    fi
    [ -n "$asked" ] && [ $((seconds - asked)) -ge 20 ] && signal_all KILL
    [ "$seconds" -ge "$next_space" ] && check_space && next_space=$((seconds + 5))
    if [ "$seconds" -ge "$next_evidence" ] && [ -z "$quiet" ]; then
      evidence brief
      now
      next_evidence=$((seconds + every))
    fi
  done
  for each in $beside; do
    kill -TERM "\${each%%:*}" 2>/dev/null
    report_end "\${each%%:*}" "\${each#*:}"
  done
  beside=
}
report_end() { # PID FILE
  wait "$1"
  code=$?
  event process "\\"file\\":\\"$2\\",\\"code\\":$code,\\"index\\":$index"
}

run_phase() { # NAME ENGINE LIMIT ARGUMENTS...
  phase=$1 engine=$2 limit=$3
  shift 3
  index=$((index + 1)) pids= beside= quiet= tool_error=
  check_space
  write_state
  event phase-start "\\"engine\\":\\"$engine\\",\\"limit\\":$limit,\\"index\\":$index"
  sync events.ndjson 2>/dev/null
  problem=
  start_$engine "$@" || tool_error=\${problem:-could not be started}
  watch_phase "$limit"
  check_space
  if [ -n "$tool_error" ]; then ended=failed; fi
  event phase-end "\\"engine\\":\\"$engine\\",\\"index\\":$index,\\"ending\\":\\"$ended\\",\\"problem\\":\\"$tool_error\\""
}
${engineFunctions}
lock= every=60 shared=no
patience=
command -v timeout >/dev/null 2>&1 && patience='timeout 20'
while read -r word name value; do
  [ "$word" = set ] && eval "$name=\\$value"
done < spec
# Never twice: a start that was repeated because its answer got lost finds this.
mkdir started 2>/dev/null || exit 0
{ echo -900 > /proc/self/oom_score_adj; } 2>/dev/null
{ printf '%s%s' "$padding" "$padding" > reserve; } 2>/dev/null || spool_is_full
read -r kernel < /proc/sys/kernel/osrelease
event start "\\"run\\":\\"$run\\",\\"node\\":\\"$node\\",\\"host\\":\\"$host\\",\\"kernel\\":\\"$kernel\\",\\"pid\\":$$"
take_node
write_state
evidence full
while read -r word name rest; do
  [ "$word" = phase ] || continue
  [ -e stop ] && stopping=asked
  if [ -n "$stopping" ]; then
    phase=$name
    event phase-skipped
    continue
  fi
  # The words of a phase are plain: plan/spec.ts sees to it.
  run_phase "$name" $rest
done < spec
phase=-
evidence full
if [ -n "$full" ]; then finish spool-full; fi
if [ -n "$stopping" ]; then finish stopped "\\"by\\":\\"$stopping\\""; fi
finish complete
`;
