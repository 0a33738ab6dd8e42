// What bounds the memory of a process on the node: RLIMIT_MEMLOCK and the memory limits of all cgroups above it, v1 and v2.

/** Prints `limits<TAB>LOCKABLE<TAB>CGROUP`: kibibytes or `unlimited`; bytes or `none`. */
export const limitsScript = `lockable=$(ulimit -l 2>/dev/null) || lockable=unlimited
least=none
walk() { # FOLDER PATH FILE
  at=$2
  while :; do
    if read -r value 2>/dev/null < "$1$at/$3" && [ "$value" != max ] && [ "\${#value}" -lt 19 ]; then
      if [ "$least" = none ] || [ "$value" -lt "$least" ]; then least=$value; fi
    fi
    case $at in */*) at=\${at%/*} ;; *) break ;; esac
  done
}
while IFS=: read -r number controllers path; do
  case ,$controllers, in
    ,,) walk /sys/fs/cgroup "$path" memory.max ;;
    *,memory,*) walk /sys/fs/cgroup/memory "$path" memory.limit_in_bytes ;;
  esac
done < /proc/self/cgroup
printf 'limits\\t%s\\t%s\\n' "$lockable" "$least"
`;

export interface Limits {
  /** null: no limit. */
  readonly lockableBytes: number | null;
  readonly cgroupBytes: number | null;
}

/** null where the line is not among them. */
export function parseLimits(lines: readonly string[]): Limits | null {
  const found = lines
    .map((line) => /^limits\t(\d+|unlimited)\t(\d+|none)$/.exec(line))
    .find((match) => match !== null);
  const [, lockable, cgroup] = found ?? [];
  if (lockable === undefined || cgroup === undefined) return null;
  return {
    lockableBytes: lockable === 'unlimited' ? null : Number(lockable) * 1024,
    cgroupBytes: cgroup === 'none' ? null : Number(cgroup),
  };
}
