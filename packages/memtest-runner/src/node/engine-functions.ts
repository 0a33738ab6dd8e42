// How the supervisor starts each engine: one sh function `start_ENGINE ARGUMENTS...` each, which launches processes.
// The memory a phase may take is asked of `march --plan` in the moment it starts: it knows limits, cgroups and reserves.

export const engineFunctions = `
planned_bytes() { # MEMORY
  $march --plan --memory "$1" \${reserve_bytes:+--reserve $reserve_bytes} 2>/dev/null | sed -n 's/.*"plannedBytes":\\([0-9]*\\).*/\\1/p' | head -n 1
}
# One processor of each core, of those that this process may use.
cores() {
  sed -n 's/^Cpus_allowed_list:[[:blank:]]*//p' /proc/self/status | tr ',' '\\n' | while IFS=- read -r first last; do
    cpu=$first
    while [ "$cpu" -le "\${last:-$first}" ]; do
      IFS= read -r siblings 2>/dev/null < "/sys/devices/system/cpu/cpu$cpu/topology/thread_siblings_list" || siblings=$cpu
      [ "\${siblings%%[,-]*}" = "$cpu" ] && echo "$cpu"
      cpu=$((cpu + 1))
    done
  done
}
bound_to() { # CPU: sets bind to a command that keeps a process, and the memory it touches first, there
  bind=
  if command -v numactl >/dev/null 2>&1 && numactl --physcpubind="$1" --localalloc true 2>/dev/null; then
    bind="numactl --physcpubind=$1 --localalloc"
  elif command -v taskset >/dev/null 2>&1; then
    bind="taskset -c $1"
  fi
}
lacks() { problem="$1 is not installed"; command -v "$1" >/dev/null 2>&1 && return 1; }

start_march() {
  launch "$index.march" $march --spool "$index.march.out" \${reserve_bytes:+--reserve $reserve_bytes} "$@"
}

# Floating-point load from all cores beside the memory test: it heats, and it keeps the buses busy.
start_mixed() {
  ( trap - TERM INT; { echo 1000 > /proc/self/oom_score_adj; } 2>/dev/null; exec $stream --load ) \\
    >> "$index.stream.out" 2>> "$index.stream.err" < /dev/null &
  beside="$!:$index.stream"
  start_march "$@"
}

start_stream() {
  quiet=1
  launch "$index.stream" $stream --spool "$index.stream.out" "$@"
}

# One thread a core, kept there, as our own kernels have them.
start_official() {
  quiet=1
  launch "$index.official" env OMP_NUM_THREADS="$(cores | wc -l)" OMP_PROC_BIND=true OMP_PLACES=cores $official
}

# One bound to each core: memtester has a single thread. Pieces under 1 GiB would be tested in the cache.
start_memtester() { # MEMORY LOOPS
  PATH=$PATH:/usr/sbin:/sbin
  lacks memtester && return 1
  bytes=$(planned_bytes "$1")
  [ "\${bytes:-0}" -gt 0 ] || { problem='no memory may be taken'; return 1; }
  all=$(cores)
  count=$(echo "$all" | wc -l)
  most=$((bytes >> 30))
  [ "$count" -gt "$most" ] && count=$most
  [ "$count" -lt 1 ] && count=1
  each=$(((bytes / count) >> 20))
  at=0
  for cpu in $all; do
    [ $at -lt "$count" ] || break
    bound_to "$cpu"
    launch "$index.memtester.$at" $bind memtester "\${each}M" "$2"
    at=$((at + 1))
  done
}

start_stressapptest() { # MEMORY SECONDS
  lacks stressapptest && return 1
  bytes=$(planned_bytes "$1")
  [ "\${bytes:-0}" -gt 0 ] || { problem='no memory may be taken'; return 1; }
  launch "$index.stressapptest" stressapptest -W -M $((bytes >> 20)) -s "$2" -m "$(cores | wc -l)"
}
`;
