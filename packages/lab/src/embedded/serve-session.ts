// One SSH session channel: requests in (RFC 4254 section 6), one process, its output and how it ended out.
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Connection, ServerChannel, Session } from 'ssh2';
import { answerBuiltIn } from './built-in-command.ts';
import { writeOutputs } from './channel-writer.ts';
import type { NodeBehaviour } from './options.ts';
import { resizeTerminal, startProcess, type TerminalSize } from './start-process.ts';

export interface SessionNode {
  readonly name: string;
  readonly behaviour: NodeBehaviour;
  readonly home: string;
  /** Without what the session itself adds. */
  readonly environment: Readonly<Record<string, string>>;
  /** Makes sure that nodes/NAME/ is there. */
  prepare(): Promise<void>;
}

/** What sshd lets a client set on Debian: `AcceptEnv LANG LC_*`. */
const acceptedVariable = /^(LANG|LC_\w+)$/;

/** @param connection the connection that the session belongs to; its end is the session's end */
export function serveSession(session: Session, connection: Connection, node: SessionNode): void {
  const gone = new Promise<void>((resolve) => {
    session.once('close', () => resolve());
    connection.once('close', () => resolve());
  });
  const environment: Record<string, string> = {};
  let terminal: TerminalSize | undefined;
  let child: ChildProcessWithoutNullStreams | undefined;

  session.on('env', (accept, reject, { key, val }) => {
    if (!acceptedVariable.test(key)) return reject?.();
    environment[key] = val;
    accept?.();
  });
  session.on('pty', (accept, _reject, { cols, rows, term }) => {
    terminal = { columns: cols, rows };
    environment['TERM'] = term;
    accept?.();
  });
  session.on('window-change', (accept, _reject, { cols, rows }) => {
    if (terminal && child?.pid) void resizeTerminal(child.pid, { columns: cols, rows });
    accept?.();
  });
  session.on('signal', (accept, reject, { name }) => {
    if (child?.pid && signalGroup(child.pid, name)) accept?.();
    else reject?.();
  });
  // ssh2 refuses every request after the client's EOF; sshd does not.
  session.on('end', () => Object.assign(session, { _ending: false }));
  session.on('subsystem', (_accept, reject) => reject());

  const start = async (channel: ServerChannel, command: string | undefined): Promise<void> => {
    const answer =
      node.behaviour.builtIn && command !== undefined ? answerBuiltIn(command, node.name) : undefined;
    if (answer !== undefined) return finishBuiltIn(channel, answer);
    await node.prepare();
    child = startProcess({
      command: node.behaviour.flooding ? `${command ?? ''}\nyes "${node.name} floods"` : command,
      shell: node.behaviour.startup === undefined ? '/bin/sh' : '/bin/bash',
      directory: node.home,
      environment: { ...node.environment, ...environment },
      terminal,
    });
    await attach(channel, child, node.behaviour, gone, terminal !== undefined);
  };
  const begin = (channel: ServerChannel, command: string | undefined): void => {
    void start(channel, command).catch((error: unknown) => fail(channel, String(error)));
  };
  session.once('exec', (accept, _reject, { command }) => begin(accept(), command));
  session.once('shell', (accept) => begin(accept(), undefined));
}

/** A node that cannot start a process must not end the lab. */
function fail(channel: ServerChannel, message: string): void {
  channel.stderr.write(`${message}\n`);
  channel.exit(255);
  channel.end();
}

function finishBuiltIn(channel: ServerChannel, answer: string): void {
  channel.resume();
  if (answer !== '') channel.write(answer);
  channel.exit(0);
  channel.end();
}

async function attach(
  channel: ServerChannel,
  child: ChildProcessWithoutNullStreams,
  behaviour: NodeBehaviour,
  gone: Promise<void>,
  hasTerminal: boolean,
): Promise<void> {
  channel.pipe(child.stdin);
  // The process no longer reads: the rest of the client's input goes nowhere, as with sshd.
  child.stdin.on('error', () => channel.resume());
  const exited = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      if (behaviour.lying === 'always-zero') channel.exit(0);
      else if (behaviour.lying === undefined) reportExit(channel, code, signal);
      resolve();
    });
    child.once('error', (error) => {
      channel.stderr.write(`${error.message}\n`);
      channel.exit(127);
      resolve();
    });
  });
  void gone.finally(() => {
    // Without a terminal sshd leaves the process alone, whose pipes are closed now; with one the kernel hangs it up.
    child.stdin.destroy();
    if (hasTerminal) child.kill('SIGKILL');
  });
  // As with sshd, what the process left behind may hold the channel open by its outputs.
  await Promise.all([exited, writeOutputs(channel, child.stdout, child.stderr, gone)]);
  channel.end();
}

function reportExit(channel: ServerChannel, code: number | null, signal: NodeJS.Signals | null): void {
  if (signal === null) return channel.exit(code ?? 255);
  try {
    channel.exit(signal.replace('SIG', ''));
  } catch {
    // Not one of the names of RFC 4254 section 6.10.
    channel.exit(255);
  }
}

/** sshd signals the process group (session.c, session_signal_req). */
function signalGroup(leader: number, name: string): boolean {
  try {
    return process.kill(-leader, `SIG${name}`);
  } catch {
    return false;
  }
}
