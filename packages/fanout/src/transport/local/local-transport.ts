// This machine as a node: `sh -c` in a process session of its own. For the head itself, and for tests.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import {
  type Channel,
  type ChannelEnd,
  ConnectError,
  type ExecuteRequest,
  type OutputFilters,
  type Session,
  type Transport,
} from '../../model/transport.ts';
import type { ResolvedTarget } from '../../ssh-config/resolved-target.ts';
import { childChannel, startChild } from '../child-channel.ts';
import { cancelled } from '../connect-budget.ts';

export class LocalTransport implements Transport {
  readonly name = 'local';

  async connect(target: ResolvedTarget, signal: AbortSignal): Promise<Session> {
    if (signal.aborted) throw cancelled(signal);
    return new LocalSession(target);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

class LocalSession implements Session {
  readonly target: ResolvedTarget;
  readonly ended: Promise<string | undefined>;
  readonly #running = new Set<ChildProcess>();
  readonly #end: (reason: undefined) => void;

  #closing = false;

  constructor(target: ResolvedTarget) {
    this.target = target;
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    this.ended = promise;
    this.#end = resolve;
  }

  async execute(request: ExecuteRequest, signal: AbortSignal, filters?: OutputFilters): Promise<Channel> {
    if (signal.aborted) throw cancelled(signal);
    const [program, ...args] = commandLine(request);
    // A session leader, as sshd makes it: its process group can be ended as a whole.
    const child = await startChild(program, args, { detached: true, env: environment(request) });
    this.#running.add(child);
    child.once('exit', () => this.#running.delete(child));
    return childChannel(child, {
      end: (code, name) => (this.#closing ? { kind: 'lost', reason: 'closed' } : ownEnd(code, name)),
      // There is no remote side that could outlive us: giving up is ending.
      close: () => endGroup(child),
      filters,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true;
    const exits = [...this.#running].map((child) => once(child, 'exit'));
    for (const child of this.#running) endGroup(child);
    await Promise.all(exits);
    this.#end(undefined);
  }
}

function ownEnd(code: number | null, signal: string | null): ChannelEnd {
  if (signal !== null) return { kind: 'signal', signal: signal.replace(/^SIG/, '') };
  return { kind: 'exit', code: code ?? 0 };
}

function commandLine({ command, terminal }: ExecuteRequest): [string, ...string[]] {
  if (terminal === undefined) return ['/bin/sh', '-c', command];
  const script = ['/usr/bin/script', '/bin/script'].find((path) => existsSync(path));
  if (script === undefined) {
    const reason = 'a terminal on this machine needs the program `script` (Debian: apt install bsdutils)';
    throw new ConnectError({ kind: 'unreachable', reason });
  }
  const { columns, rows } = terminal;
  return [script, '-qfec', `stty columns ${columns} rows ${rows}\n${command}`, '/dev/null'];
}

function environment({ terminal }: ExecuteRequest): NodeJS.ProcessEnv {
  return terminal === undefined ? process.env : { ...process.env, SHELL: '/bin/sh', TERM: terminal.term };
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It ended in this moment.
  }
}
