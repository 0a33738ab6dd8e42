// What runs on the gateway for one command on one node: plain POSIX sh around the gateway's own ssh, sent as the command of a
// channel. Nothing stays behind there: the two files have lost their names before ssh starts.
import { isHostName } from '@heorot/inventory';
import { isOneLine, printfFormat, quoteForAnyShell, scriptForAnyShell } from '../engine/shell-quote.ts';
import type { ExecuteRequest } from '../model/transport.ts';
import { defaultKeepAliveMs, type ResolvedTarget } from '../ssh-config/resolved-target.ts';

export interface RelayedCommand {
  readonly target: ResolvedTarget;
  /** Lines of known_hosts for {@link relayAlias}: all that the gateway's ssh may trust. */
  readonly knownHosts: readonly string[];
  readonly request: ExecuteRequest;
  /** Begins the marker lines, on both outputs: `TOKEN in` when ssh has logged in, `TOKEN end` before its log. */
  readonly token: string;
}

/** The name under which the node's keys are looked up there; host certificates must be for it, as without a relay. */
export const relayAlias = ({ hostKeyAlias, host }: ResolvedTarget): string =>
  hostKeyAlias?.toLowerCase() ?? host.toLowerCase();

/** The file that ssh reads {@link RelayedCommand.knownHosts} from, as its log names it. */
export const knownHostsOnGateway = /\/proc\/\d+\/fd\/3\b/;

/**
 * For the login shell of the gateway. The command is begun only when `go` comes on stdin after `TOKEN in`: a login that was
 * given up begins nothing, however late it succeeds.
 */
export function relayScript({ target, knownHosts, request, token }: RelayedCommand): string {
  const { terminal } = request;
  // Without a terminal of its own, ssh asks for one of 0 x 0 in raw mode.
  const command =
    terminal === undefined
      ? request.command
      : `stty sane columns ${terminal.columns} rows ${terminal.rows}; ${request.command}`;
  const { node, host } = target.target;
  const acceptsNew = target.strictHostKeyChecking === 'accept-new' && knownHosts.length === 0;
  const words = [
    token,
    terminal?.term ?? '',
    // What ssh has recorded in the file of known hosts is shown when it has logged in.
    acceptsNew ? 'show' : '',
    String(knownHosts.length),
    ...knownHosts,
    // csh takes no line break in a word.
    ...(isOneLine(command) ? ['text', command] : ['format', printfFormat(command)]),
    terminal === undefined ? '-T' : '-tt',
    '-o',
    `StrictHostKeyChecking=${acceptsNew ? 'accept-new' : 'yes'}`,
    ...Object.entries(optionsFor(target, request)).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    '--',
    isHostName(node) ? node : host,
  ];
  program ??= scriptForAnyShell(script);
  return [program, ...words.map(quoteForAnyShell)].join(' ');
}

/** Quoted once: thousands of nodes are sent the same. */
let program: string | undefined;

function optionsFor(target: ResolvedTarget, { forwardAgent }: ExecuteRequest) {
  return {
    HostName: target.host.replaceAll('%', '%%'),
    HostKeyAlias: relayAlias(target),
    Port: target.port,
    User: target.user,
    ConnectTimeout: Math.max(1, Math.ceil(target.connectTimeoutMs / 1000)),
    // A node that vanishes must not keep a process on the gateway.
    ServerAliveInterval: Math.ceil((target.keepAliveIntervalMs || defaultKeepAliveMs) / 1000),
    ServerAliveCountMax: target.keepAliveCountMax,
    ForwardAgent: forwardAgent === true ? 'yes' : 'no',
  };
}

/** Of the gateway's ssh configuration only what says how to log in, its keys, is left to count. */
const fixedOptions = Object.entries({
  IgnoreUnknown: 'KnownHostsCommand',
  KnownHostsCommand: 'none',
  UserKnownHostsFile: '/proc/$$/fd/3',
  GlobalKnownHostsFile: '/dev/null',
  HashKnownHosts: 'no',
  VerifyHostKeyDNS: 'no',
  NoHostAuthenticationForLocalhost: 'no',
  UpdateHostKeys: 'no',
  ProxyCommand: 'none',
  ProxyJump: 'none',
  CanonicalizeHostname: 'no',
  BatchMode: 'yes',
  ControlMaster: 'no',
  ControlPath: 'none',
  ClearAllForwardings: 'yes',
  ForwardX11: 'no',
  RemoteCommand: 'none',
  EscapeChar: 'none',
  PermitLocalCommand: 'yes',
  LocalCommand: '$show echo $token in && echo $token in >&2 && $await_go',
}).map(([name, value]) => `-o "${name}=${value}"`);

/**
 * `await_go` takes `go` and its line feed from stdin, and no byte more. ssh has made stdin non-blocking for all who share it; a
 * pipe that is opened anew blocks. A socket (sshd without USE_PIPES) cannot be, but there "try again" is told from the end.
 * When nobody listens any more, an echo fails: ssh, which does not ask how this command ended, is killed.
 *
 * The part in the background: sshd tells nobody when its client is gone. Its child leads the process session; when that has
 * another parent, all of the session ends (proc(5), stat: state, parent, group, session).
 */
const script = `umask 077
set -C
token=$1 terminal=$2 show=$3 hosts=$4
shift 4
place="\${TMPDIR:-/tmp}/$token"
trap 'rm -f "$place-hosts" "$place-log"' EXIT
exec 3>"$place-hosts" 4>"$place-log" 5<"$place-log"
rm -f "$place-hosts" "$place-log"
trap - EXIT
while [ $hosts -gt 0 ]; do
  printf '%s\\n' "$1" >&3
  hosts=$((hosts - 1))
  shift
done
command=$2
[ $1 = text ] || { command=$(printf ".$2."); command=\${command%.}; command=\${command#.}; }
shift 2
await_go='if [ -p /proc/$$/fd/0 ]; then IFS= read -r go </proc/$$/fd/0
else until go=$(dd bs=3 count=1 2>/dev/null); do sleep 0.1; done; fi && [ "$go" ] || kill -KILL $PPID'
[ -z "$show" ] || show="cat /proc/$$/fd/3 >&2;"
show="trap '' PIPE; $show"
look() {
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
watcher=$!
SHELL=/bin/sh
export SHELL
[ -z "$terminal" ] || { TERM=$terminal; export TERM; }
ssh -v -E /proc/$$/fd/4 ${fixedOptions.join(' ')} "$@" "$command"
code=$?
kill $watcher 2>/dev/null
if [ $code -gt 125 ]; then
  echo $token end >&2
  cat <&5 >&2
fi
exit $code
`;
