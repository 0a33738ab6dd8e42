// What a node runs to tell of itself: one POSIX sh program (dash, busybox) over /proc and /sys that prints ONE line of JSON.
// What a node cannot tell is left out. The line is read by evidence-reading.ts; lines are added up by evidence-trail.ts.
import { filesProgram, kernelLogProgram } from './evidence-awk.ts';

/**
 * The program, for `sh FILE [full|brief]` or `sh -s`: `full` (the default) before and after a run and after a reboot, `brief` each minute:
 * only what has changed since the last line. Variables it heeds:
 *
 * - `keep`: a folder (the spool) in which it remembers what it has told: lines of the kernel log that came since, files that have
 *   changed. Without it every line is whole, and the kernel log is not told.
 * - `root`: prefix of all paths, for a tree that stands for a machine.
 *
 * Exit code 0 unless the node has no awk (127). Its standard error is empty on a sane node; it takes some 30 ms.
 */
export function evidenceScript(): string {
  return `mode=$1; r=$root; k=$keep; LC_ALL=C; export LC_ALL
[ "$mode" = brief ] || mode=full
last=; mark=
if [ -n "$k" ]; then last=$k/evidence.last; mark=$k/evidence.mark; fi
lines() { grep -s '' /dev/null "$@"; }
some() { pattern=$1; shift; grep -s -E "$pattern" /dev/null "$@"; }
first() { line=; [ -r "$1" ] && read -r line < "$1"; printf '%s' "$line"; }

files() {
  some '^(MemTotal|MemAvailable|SwapTotal|SwapFree|HardwareCorrupted):' "$r"/proc/meminfo
  some '^oom_kill ' "$r"/proc/vmstat
  some '^cpu ' "$r"/proc/stat
  lines "$r"/proc/pressure/cpu "$r"/proc/pressure/memory
  m=$r/sys/devices/system/edac/mc
  lines "$m"/mc*/seconds_since_reset "$m"/mc*/[cu]e_count "$m"/mc*/[cu]e_noinfo_count "$m"/mc*/dimm*/dimm_[cu]e_count \\
    "$m"/mc*/rank*/dimm_[cu]e_count "$m"/mc*/csrow*/ue_count "$m"/mc*/csrow*/ch*_ce_count
  c=$r/sys/devices/system/cpu
  for t in "$c"/cpu[0-9]*/thermal_throttle; do
    [ -d "$t" ] || break
    lines "$c"/cpu[0-9]*/topology/physical_package_id "$c"/cpu[0-9]*/topology/core_id
    lines "$c"/cpu[0-9]*/thermal_throttle/core_throttle_count "$c"/cpu[0-9]*/thermal_throttle/package_throttle_count \\
      "$c"/cpu[0-9]*/thermal_throttle/core_throttle_total_time_ms
    break
  done
  some '^cpu MHz' "$r"/proc/cpuinfo
  lines "$c"/cpu[0-9]*/cpufreq/scaling_cur_freq
  h=$r/sys/class/hwmon
  lines "$h"/hwmon*/name "$h"/hwmon*/temp*_label "$h"/hwmon*/temp*_input
  [ $mode = full ] || return
  some '^(processor|model name|microcode|physical id|flags)' "$r"/proc/cpuinfo
  lines "$r"/proc/sys/kernel/osrelease "$m"/mc*/mc_name "$m"/mc*/dimm*/dimm_label "$m"/mc*/dimm*/dimm_location \\
    "$m"/mc*/rank*/dimm_label "$m"/mc*/rank*/dimm_location "$m"/mc*/csrow*/ch*_dimm_label
  d=$r/sys/class/dmi/id
  lines "$d"/sys_vendor "$d"/product_name "$d"/product_serial "$d"/board_serial "$d"/bios_version "$d"/bios_date
  n=$r/sys/devices/system/node
  lines "$n"/online "$n"/node*/cpulist "$n"/node*/distance
  some 'Mem(Total|Free):' "$n"/node*/meminfo
}

# One record a read; at the end of the log a plain reader would wait for the next one.
kernel_log() {
  if [ -n "$r" ]; then cat "$r/dev/kmsg"
  elif dd if=/dev/null iflag=nonblock; then dd if=/dev/kmsg bs=8192 iflag=nonblock
  else timeout 1 cat /dev/kmsg
  fi 2> /dev/null
}

boot=$(first "$r/proc/sys/kernel/random/boot_id")
since=
if [ -n "$mark" ] && [ -r "$mark" ]; then
  read -r known since < "$mark"
  [ "$known" = "$boot" ] || since=-1
fi

table() { od -An -v -tx1 "$r/sys/firmware/dmi/tables/DMI" | tr -d ' \\n'; }

# rasdaemon: how many events each of its tables holds; a table that was never needed is not there.
ras() {
  db=$r/var/lib/rasdaemon/ras-mc_event.db
  [ -r "$db" ] && command -v sqlite3 > /dev/null || return
  separator=
  for t in mc_event mce_record extlog_event memory_failure_event; do
    n=$(sqlite3 -readonly "$db" "select count(*) from $t" 2> /dev/null) || continue
    printf '%s"%s":%d' "$separator" "$t" "$n"; separator=,
  done
}

event_log() {
  [ -e "$r/dev/ipmi0" ] && command -v ipmitool > /dev/null || return
  timeout 20 ipmitool sel elist last 200 2> /dev/null | tr -d '\\\\"' | tr '\\t' ' ' | sed 's/^/"/; s/$/"/' | tr '\\n' ',' | sed 's/,$//'
}

whole=
if [ $mode = full ]; then
  dmi=$(table 2> /dev/null); [ -z "$dmi" ] || whole=$whole,'"dmi":"'$dmi'"'
  counts=$(ras); [ -z "$counts" ] || whole=$whole,'"ras":{'$counts'}'
  log=$(event_log); [ -z "$log" ] || whole=$whole,'"eventLog":['$log']'
fi
brief=0; [ $mode = full ] || brief=1
uptime=$(first "$r/proc/uptime"); uptime=\${uptime%% *}
printf '{"evidence":1,"mode":"%s","at":"%s","uptime":%s,"bootId":"%s",%s,"kernelLog":%s%s}\\n' $mode "$(date -u +%Y-%m-%dT%H:%M:%SZ)" \\
  "\${uptime:-0}" "$boot" "$(files | awk -v prefix=\${#r} -v last="$last" -v brief=$brief '${filesProgram}')" \\
  "$(if [ -n "$mark" ]; then kernel_log | awk -v since=$since -v mark="$mark" -v boot="$boot" '${kernelLogProgram}'; else echo null; fi)" "$whole"
`;
}
