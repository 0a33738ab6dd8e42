// The POSIX shell script that a node runs: finds the best interpreter it has and becomes it (`exec`), so that one process
// is left, blocked on its input at no cost. It ends when its input ends: nothing stays when the head dies.
import { cardModels } from '../facts/card-script.ts';
import { awkProgram } from './awk-program.ts';
import { perlProgram } from './perl-program.ts';
import { portErrorFiles } from './port-errors.ts';

/** What reads /proc on the node; `auto` takes the first of perl with Time::HiRes, mawk, gawk, busybox awk, any awk. */
export type SamplerKind = 'auto' | 'perl' | 'mawk' | 'gawk' | 'busybox';

export interface SamplerOptions {
  /** Default `auto`. */
  readonly kind?: SamplerKind;
  /** Prefix of /proc and /sys: a fixture tree, or the host's root inside of a container. Default none. */
  readonly root?: string;
}

/** The byte that asks for one sample. awk reads lines, so it is a line feed. */
export const TICK = '\n';

/**
 * The script, to be given to `/bin/sh -c` with stdin and stdout as the channel: a banner at once, then one sample a
 * {@link TICK}, in the lines of {@link parseLine}. Exit code 127: the node has neither perl nor awk.
 */
export function samplerScript({ kind = 'auto', root = '' }: SamplerOptions = {}): string {
  const order = kind === 'auto' ? ['perl', 'mawk', 'gawk', 'busybox', 'awk'] : [kind];
  return `LC_ALL=C; export LC_ALL
root=${quoted(root)}
errors='${portErrorFiles.join(' ')}'
netns=$(readlink /proc/self/ns/net 2>/dev/null) || netns=-
bits=$(getconf LONG_BIT 2>/dev/null) || bits=-
ports=
for port in "$root"/sys/class/infiniband/*/ports/*; do
  [ -d "$port" ] || continue
  device=\${port%/ports/*}
  ports="$ports \${device##*/}/\${port##*/}"
done
${cardModels}
# Not on the path of all who log in; a card that hangs must not hold up the sampler.
ethtool=$(PATH=$PATH:/usr/sbin:/sbin; command -v ethtool) || ethtool=
case $ethtool in *[!A-Za-z0-9_./-]*) ethtool= ;; esac
[ -n "$ethtool" ] && command -v timeout >/dev/null 2>&1 && ethtool="timeout 2 $ethtool"
program='${awkProgram}'
become() {
  flavour=$1; shift
  exec "$@" -v root="$root" -v flavour="$flavour" -v netns="\${netns:--}" -v bits="\${bits:--}" -v errors="$errors" -v ports="$ports" -v ethtool="$ethtool" -v models="$models" "$program"
}
for kind in ${order.join(' ')}; do
  case $kind in
    perl)
      perl -MTime::HiRes=clock_gettime,CLOCK_MONOTONIC -e 'exit !(clock_gettime(CLOCK_MONOTONIC) > 0)' 2>/dev/null || continue
      exec perl -e '${perlProgram}' "$root" "\${netns:--}" "\${bits:--}" "$errors" "$ports" "$ethtool" "$models" ;;
    busybox) busybox awk 'BEGIN { exit 0 }' 2>/dev/null && become busybox busybox awk ;;
    mawk) command -v mawk >/dev/null 2>&1 && become mawk mawk -W interactive ;;
    gawk) command -v gawk >/dev/null 2>&1 && become gawk gawk ;;
    awk) command -v awk >/dev/null 2>&1 && become awk awk ;;
  esac
done
echo 'heorot-netmon: neither perl nor awk on this node' >&2
exit 127
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
