// One `ssh -N -M` process: an authenticated connection that other ssh processes run commands over.
import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { type Channel, type ChannelEnd, ConnectError, type ExecuteRequest } from '../../model/transport.ts';
import type { ResolvedTarget } from '../../ssh-config/resolved-target.ts';
import { childChannel } from '../child-channel.ts';
import { type ConnectBudget, cancelled } from '../connect-budget.ts';
import { commandArguments, type MasterOptions, masterArguments } from './arguments.ts';
import { endReason, type LogFact, type LoginContext, logFact, loginFailure } from './ssh-log.ts';

/** Lines of ssh's log kept for the reason of a failure. */
const LINES_KEPT = 200;

type Opening = PromiseWithResolvers<number>;

export class Master {
  /** Resolves, never rejects, with the reason when the connection has ended. */
  readonly ended: Promise<string>;
  readonly #target: ResolvedTarget;
  readonly #socket: string;
  readonly #child: ChildProcess;
  readonly #ready = Promise.withResolvers<void>();
  readonly #lines: string[] = [];
  readonly #exits = new Map<number, PromiseWithResolvers<ChannelEnd | undefined>>();
  #openings: Promise<unknown> = Promise.resolve();
  #opening: Opening | undefined;
  #lastChannel = -1;
  #isReady = false;

  constructor(target: ResolvedTarget, options: MasterOptions) {
    this.#target = target;
    this.#socket = options.socket;
    const child = spawn('ssh', masterArguments(target, options), { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    this.ended = this.#follow(child, child.stderr);
    // Nobody may be waiting for it when it fails.
    this.#ready.promise.catch(() => {});
  }

  /** Waits until it takes commands. @throws ConnectError */
  async ready(budget: ConnectBudget): Promise<void> {
    budget.doing = 'waiting for ssh to log in';
    try {
      await budget.race(this.#ready.promise);
    } catch (error) {
      this.end();
      throw error;
    }
  }

  end(): void {
    this.#child.kill('SIGTERM');
  }

  /** Opens one channel at a time: ssh's log does not say which command a new channel is for. */
  execute(request: ExecuteRequest, signal: AbortSignal): Promise<Channel> {
    const opening = this.#openings.then(() => this.#open(request, signal));
    this.#openings = opening.catch(() => {});
    return opening;
  }

  async #open(request: ExecuteRequest, signal: AbortSignal): Promise<Channel> {
    if (signal.aborted) throw cancelled(signal);
    const opening: Opening = Promise.withResolvers();
    this.#opening = opening;
    const child = this.#spawnCommand(request);
    const giveUp = () => opening.reject(cancelled(signal));
    signal.addEventListener('abort', giveUp, { once: true });
    child.once('error', (error) => opening.reject(unreachable(`ssh could not be started: ${error.message}`)));
    void this.ended.then((why) =>
      opening.reject(unreachable(`connection lost before the command started: ${why}`)),
    );
    let id: number | undefined;
    const channel = childChannel(child, {
      end: (code, name) => this.#endOf(id, code, name),
      close: () => child.kill('SIGKILL'),
    });
    try {
      id = await opening.promise;
      return channel;
    } catch (error) {
      channel.close();
      throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
      this.#opening = undefined;
    }
  }

  #spawnCommand(request: ExecuteRequest): ChildProcessWithoutNullStreams {
    const { terminal } = request;
    const env = terminal === undefined ? process.env : { ...process.env, TERM: terminal.term };
    return spawn('ssh', commandArguments(this.#socket, request), { env, stdio: 'pipe' });
  }

  /** 255 is also what ssh itself ends with: the master's log knows whether the command ended so. */
  async #endOf(id: number | undefined, code: number | null, name: string | null): Promise<ChannelEnd> {
    if (code !== null && code !== 255) return { kind: 'exit', code };
    const exit = id === undefined ? undefined : this.#exits.get(id)?.promise;
    const end = await Promise.race([exit, this.ended.then(() => undefined)]);
    if (end !== undefined) return end;
    if (name !== null) return { kind: 'lost', reason: `ssh was ended by ${name}` };
    const running = Symbol('running');
    const why = await Promise.race([this.ended, Promise.resolve(running)]);
    return {
      kind: 'lost',
      reason: typeof why === 'string' ? why : 'the command was ended without an exit status',
    };
  }

  async #follow(child: ChildProcess, log: Readable): Promise<string> {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    const reader = createInterface({ input: log, crlfDelay: Infinity });
    reader.on('line', (line) => this.#hear(line));
    reader.once('close', resolve);
    const failed = Promise.withResolvers<void>();
    child.once('error', (error) => {
      this.#lines.push(`ssh could not be started: ${error.message}`);
      failed.resolve();
    });
    child.once('exit', () => failed.resolve());
    await Promise.all([failed.promise, closed]);
    const why = this.#isReady ? endReason(this.#lines, this.#silenceMs) : 'ssh could not log in';
    this.#ready.reject(new ConnectError(loginFailure(this.#lines, loginContext(this.#target))));
    return why;
  }

  get #silenceMs(): number {
    return this.#target.keepAliveIntervalMs * this.#target.keepAliveCountMax;
  }

  #hear(line: string): void {
    const fact = logFact(line);
    if (fact !== undefined) this.#learn(fact);
    // Later lines tell why it ended; those of the login are no longer needed then.
    if (fact?.kind === 'ready') this.#lines.length = 0;
    this.#lines.push(line);
    if (this.#lines.length > LINES_KEPT) this.#lines.shift();
  }

  #learn(fact: LogFact): void {
    switch (fact.kind) {
      case 'ready':
        this.#isReady = true;
        this.#ready.resolve();
        break;
      case 'channel':
        this.#lastChannel = fact.channel;
        this.#exits.set(fact.channel, Promise.withResolvers());
        break;
      case 'command-sent':
        this.#opening?.resolve(this.#lastChannel);
        break;
      case 'channel-refused':
        this.#opening?.reject(unreachable(`the node refused one more session: ${fact.reason}`));
        break;
      case 'exit':
        this.#exits.get(fact.channel)?.resolve(exitEnd(fact.how));
        break;
      case 'channel-closed':
        this.#exits.get(fact.channel)?.resolve(undefined);
        break;
    }
  }
}

function loginContext({ target, gateways, connectTimeoutMs }: ResolvedTarget): LoginContext {
  const gateway = target.settings.gateway === undefined ? undefined : gateways.at(-1)?.target.node;
  return { node: target.node, gateway, timeoutMs: connectTimeoutMs };
}

/** Asked for only after ssh itself ended with 255. The name of the signal is not in the log. */
function exitEnd(how: 'exit-status' | 'exit-signal'): ChannelEnd {
  return how === 'exit-status' ? { kind: 'exit', code: 255 } : { kind: 'signal', signal: 'unknown' };
}

function unreachable(reason: string): ConnectError {
  return new ConnectError({ kind: 'unreachable', reason });
}
