// What the plan of a run has to know of a node: how much memory and how many cores, which programs are there, how a run can
// be detached, whether one is going on. One line `KEY<TAB>VALUE` each; node/capacity.ts reads it.
import { absolutePath } from './folders.ts';

export const probeMarker = 'heorot-capacity 1';

/** For `script SPOOL PROGRAM...`: the programs are asked for by file name in SPOOL/engines. */
export const probeScript = `#!/bin/sh
export LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin:/usr/bin:/bin
say() { printf '%s\\t%s\\n' "$1" "$2"; }
field() { sed -n "s/^$1: *\\([0-9]*\\) kB/\\1/p" /proc/meminfo; }
${absolutePath}
printf '\\n%s\\n' '${probeMarker}'
absolute_path "$1"
spool=$absolute
shift
say spool "$spool"
say host "$(uname -n)"
say architecture "$(uname -m)"
say kernel "$(uname -r)"
say user "$(id -u)"
say totalKilobytes "$(field MemTotal)"
say availableKilobytes "$(field MemAvailable)"
say cpus "$(grep -c '^processor' /proc/cpuinfo)"
cores=0 caches=0
for cpu in /sys/devices/system/cpu/cpu[0-9]*; do
  IFS= read -r siblings 2>/dev/null < "$cpu/topology/thread_siblings_list" || siblings=\${cpu##*/cpu}
  [ "\${siblings%%[,-]*}" = "\${cpu##*/cpu}" ] && cores=$((cores + 1))
  for level in 4 3 2 1 0; do
    IFS= read -r sharing 2>/dev/null < "$cpu/cache/index$level/shared_cpu_list" || continue
    [ "\${sharing%%[,-]*}" = "\${cpu##*/cpu}" ] && IFS= read -r size 2>/dev/null < "$cpu/cache/index$level/size" &&
      case $size in *K) caches=$((caches + \${size%K})) ;; *M) caches=$((caches + \${size%M} * 1024)) ;; esac
    break
  done
done
say cores "$cores"
say cacheKilobytes "$caches"
say numaNodes "$(ls -d /sys/devices/system/node/node[0-9]* 2>/dev/null | wc -l)"
above=$spool
until [ -d "$above" ]; do above=$(dirname "$above"); done
say freeKilobytes "$(df -Pk "$above" 2>/dev/null | awk 'NR == 2 { print $4 }')"
[ -d /run/systemd/system ] && [ "$(id -u)" = 0 ] && command -v systemd-run >/dev/null 2>&1 && say starter systemd-run
for program in memtester stressapptest numactl taskset gcc; do
  command -v $program >/dev/null 2>&1 && say program $program
done
for engine; do
  file=$spool/engines/$engine
  [ -x "$file" ] && sum=$(sha256sum "$file" 2>/dev/null) && case \${sum%% *} in *"\${engine##*-}"*) say engine "$engine" ;; esac
done
for lock in "$spool/running.$(uname -n)"; do
  read -r run pid ticks boot 2>/dev/null < "$lock" || continue
  IFS= read -r stat 2>/dev/null < "/proc/$pid/stat" || continue
  IFS= read -r now < /proc/sys/kernel/random/boot_id
  set -- \${stat##*) }
  shift 19
  [ "$1" = "$ticks" ] && [ "$boot" = "$now" ] && say running "$run"
done
say end 1
`;
