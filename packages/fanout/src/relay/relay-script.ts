// What runs on the gateway for one command on one node: plain POSIX sh around the gateway's own ssh, sent as the command of a
// channel. Nothing stays behind there: the two files have lost their names before ssh starts.
import { isHostName } from '@heorot/inventory';
import { quoteForSh, scriptForAnyShell } from '../engine/shell-quote.ts';
import type { ExecuteRequest } from '../model/transport.ts';
import type { ResolvedTarget } from '../ssh-config/resolved-target.ts';

export interface RelayedCommand {
  readonly target: ResolvedTarget;
  /** Lines of known_hosts for {@link relayAlias}: all that the gateway's ssh may trust. */
  readonly knownHosts: readonly string[];
  readonly request: ExecuteRequest;
  /** Begins the marker lines: `TOKEN in` when ssh has logged in, `TOKEN end` before its log. */
  readonly token: string;
}

/** The name under which the node's keys are looked up there; host certificates must be for it, as without a relay. */
export const relayAlias = ({ hostKeyAlias, host }: ResolvedTarget): string =>
  hostKeyAlias?.toLowerCase() ?? host.toLowerCase();

/** The file that ssh reads {@link RelayedCommand.knownHosts} from, as its log names it. */
export const knownHostsOnGateway = /\/proc\/\d+\/fd\/3\b/;

/**
 * For the login shell of the gateway. The command is begun only when a line comes on stdin after `TOKEN in`: a login that
 * was given up begins nothing, however late it succeeds.
 */
export function relayScript(relayed: RelayedCommand): string {
  const { token, knownHosts } = relayed;
  const script = `umask 077
set -C
place="\${TMPDIR:-/tmp}/${token}"
trap 'rm -f "$place-hosts" "$place-log"' EXIT
exec 3>"$place-hosts" 4>"$place-log" 5<"$place-log"
rm -f "$place-hosts" "$place-log"
trap - EXIT
${knownHosts.length === 0 ? '' : `printf '%s\\n' ${knownHosts.map(quoteForSh).join(' ')} >&3`}
${watcher}
SHELL=/bin/sh
export SHELL
${sshLine(relayed)}
code=$?
kill $watcher 2>/dev/null
if [ $code -gt 125 ]; then
  echo ${token} end >&2
  cat <&5 >&2
fi
exit $code
`;
  return scriptForAnyShell(script);
}

/**
 * sshd tells nobody when its client is gone. Its child leads the process session: when that has another parent, all of the
 * session ends (proc(5), stat: state, parent, group, session).
 */
const watcher = `look() {
  parent= group= stat=
  IFS= read -r stat 2>/dev/null <"/proc/$1/stat" || return
  stat=\${stat##*) }
  set -- $stat
  parent=$2 group=$3 session=$4
}
look $$
leader=$session shared=$group
look $leader
sshd=$parent
{
  nap=
  trap 'kill $nap; exit' TERM
  [ "$shared" = "$leader" ] || exit
  while [ -n "$parent" ] && [ "$parent" = "$sshd" ]; do
    sleep 3 &
    nap=$!
    wait $nap
    look $leader
  done
  trap '' TERM
  kill -TERM 0
  sleep 1
  kill -KILL 0
} </dev/null >/dev/null 2>&1 3>&- 4>&- 5<&- &
watcher=$!`;

/**
 * Takes `go` and its line feed from stdin, and no byte more. ssh has made stdin non-blocking for all who share it; a pipe that
 * is opened anew blocks, a socket (sshd without USE_PIPES) cannot be opened, but an end of file is told from "try again".
 */
const awaitWord = `if [ -p /proc/$$/fd/0 ]; then IFS= read -r go </proc/$$/fd/0; else until go=$(dd bs=3 count=1 2>/dev/null); do sleep 0.1; done; fi; [ "$go" ] || kill $PPID`;

function sshLine({ target, request, token }: RelayedCommand): string {
  const { terminal } = request;
  const options = Object.entries(sshOptions(target, request, token));
  const words = [
    // Of the gateway's configuration only what says how to log in is left to count.
    ...options.flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    terminal === undefined ? '-T' : '-tt',
    '--',
    isHostName(target.target.node) ? target.target.node : target.target.host,
    // Without a terminal of its own, ssh asks for one of 0 x 0 in raw mode.
    terminal === undefined
      ? request.command
      : `stty sane columns ${terminal.columns} rows ${terminal.rows}; ${request.command}`,
  ];
  const type = terminal === undefined ? '' : `TERM=${quoteForSh(terminal.term)} `;
  return `${type}ssh -v -E "/proc/$$/fd/4" -o "UserKnownHostsFile=/proc/$$/fd/3" ${words.map(quoteForSh).join(' ')}`;
}

function sshOptions(target: ResolvedTarget, request: ExecuteRequest, token: string) {
  return {
    IgnoreUnknown: 'KnownHostsCommand',
    KnownHostsCommand: 'none',
    GlobalKnownHostsFile: '/dev/null',
    StrictHostKeyChecking: 'yes',
    HostKeyAlias: relayAlias(target),
    VerifyHostKeyDNS: 'no',
    NoHostAuthenticationForLocalhost: 'no',
    UpdateHostKeys: 'no',
    HostName: target.host.replaceAll('%', '%%'),
    Port: target.port,
    User: target.user,
    ProxyCommand: 'none',
    ProxyJump: 'none',
    CanonicalizeHostname: 'no',
    BatchMode: 'yes',
    ConnectTimeout: Math.max(1, Math.ceil(target.connectTimeoutMs / 1000)),
    // A node that vanishes must not keep a process on the gateway.
    ServerAliveInterval: Math.ceil(target.keepAliveIntervalMs / 1000) || 15,
    ServerAliveCountMax: target.keepAliveCountMax,
    ControlMaster: 'no',
    ControlPath: 'none',
    ClearAllForwardings: 'yes',
    ForwardX11: 'no',
    ForwardAgent: request.forwardAgent === true ? 'yes' : 'no',
    RemoteCommand: 'none',
    EscapeChar: 'none',
    PermitLocalCommand: 'yes',
    LocalCommand: `echo ${token} in; echo ${token} in >&2; ${awaitWord}`,
  };
}
