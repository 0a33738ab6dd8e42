// Ends what a command left running, through a second channel of its session: sshd refuses channel signals, and a
// signal to the process group misses `timeout` and job-control children, which have groups of their own.
// So: every process of the shell's process session, and all their descendants (sudo gives its command a new session).
import type { Cleanup } from '../model/outcome.ts';
import type { Session } from '../model/transport.ts';
import { composeScript, newToken, type SudoLogin } from './compose-command.ts';
import type { Deadlines } from './deadlines.ts';
import { type CommandOptions, startCommand } from './remote-command.ts';

export interface RemoteProcesses {
  /** The command's token: it finds a shell that has not said who it is. */
  readonly token: string;
  /** Process id of the session leader, as its shell told it. */
  readonly leader: string | undefined;
  /** The processes may belong to this user: the signals go through sudo as well. */
  readonly sudo: SudoLogin | undefined;
}

/** The second channel answers within this time, or what became of the processes is not known. */
const patienceMs = 8000;

/** TERM, then after a second KILL; `ended` only when a last look finds nothing alive. */
export async function endRemote(
  session: Session,
  processes: RemoteProcesses,
  options: Pick<CommandOptions, 'clock'>,
): Promise<Cleanup> {
  const patience = new AbortController();
  using _ = options.clock.after(patienceMs, () => patience.abort(new Error('the node did not answer')));
  const aborted = new Promise<'may-still-run'>((resolve) => {
    patience.signal.addEventListener('abort', () => resolve('may-still-run'), { once: true });
  });
  const lost = session.ended.then((): Cleanup => 'may-still-run');
  return await Promise.race([askNode(session, processes, options.clock, patience.signal), aborted, lost]);
}

async function askNode(
  session: Session,
  processes: RemoteProcesses,
  clock: Deadlines,
  signal: AbortSignal,
): Promise<Cleanup> {
  const token = newToken();
  const composed = composeScript(endScript(processes, token), processes.sudo, token);
  let said = '';
  const streams = {
    stdout: (chunk: Buffer) => {
      said = (said + chunk.toString('latin1')).slice(-1000);
    },
    stderr: () => undefined,
  };
  try {
    const command = await startCommand(session, composed, streams, { clock, signal });
    await command.ended;
  } catch {
    return 'may-still-run';
  }
  return said.includes(`${token}-ended`) ? 'ended' : 'may-still-run';
}

/** `SPARE` is KILL for all but the leader, so that a shell that ignored TERM can still run its `trap … EXIT`. */
function endScript({ token, leader }: RemoteProcesses, answer: string): string {
  return `${leader === undefined ? findLeader(token) : `leader=${leader}`}
members() {
  cat /proc/[0-9]*/stat 2>/dev/null | awk -v leader="$leader" '${membersProgram}'
}
alive() {
  for process do
    IFS= read -r stat 2>/dev/null < "/proc/$process/stat" || continue
    case \${stat##*) } in [ZX]*) ;; *) return 0 ;; esac
  done
  return 1
}
for signal in TERM SPARE KILL KILL; do
  processes=$(members)
  [ -n "$processes" ] || break
  case $signal in
    TERM) kill -TERM $processes; kill -CONT $processes ;;
    SPARE) for process in $processes; do [ "$process" = "$leader" ] || kill -KILL "$process"; done ;;
    KILL) kill -KILL $processes ;;
  esac 2>/dev/null
  case $signal in SPARE) tries=3 ;; *) tries=10 ;; esac
  while alive $processes && [ $tries -gt 0 ]; do
    tries=$((tries - 1))
    sleep 0.1 2>/dev/null || sleep 1
  done
done
[ -n "$(members)" ] || echo ${answer}-ended
`;
}

/**
 * A shell still busy with its start-up files has the token on its command line, once sshd's child has become the shell.
 * Where it is not found, nothing is known. The brackets keep us from finding ourselves.
 */
function findLeader(token: string): string {
  const pattern = `[${token.slice(0, 1)}]${token.slice(1)}`;
  return `tries=0
until
  leader=$(grep -l '${pattern}' /proc/[0-9]*/cmdline 2>/dev/null | head -n 1 | cut -d / -f 3)
  [ -n "$leader" ] || [ $tries -ge 5 ]
do
  tries=$((tries + 1))
  sleep 0.2 2>/dev/null || sleep 1
done
[ -n "$leader" ] || exit 1`;
}

/** proc(5): pid (comm) state ppid pgrp session …; comm may hold blanks and parentheses. Zombies are dead. */
const membersProgram = `
{
  id = $1; rest = $0; sub(/^.*\\) /, "", rest); split(rest, field, " ")
  if (field[1] == "Z" || field[1] == "X") next
  parent[id] = field[2]
  if (leader > 1 && field[4] == leader) member[id] = 1
}
END {
  do {
    grown = 0
    for (id in parent) if (!(id in member) && (parent[id] in member)) { member[id] = 1; grown = 1 }
  } while (grown)
  for (id in member) print id
}`;
