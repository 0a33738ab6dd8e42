// One `ssh -N -M` process: an authenticated connection that other ssh processes run commands over.
import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitingForGateway } from '../../gateway/gateway-failure.ts';
import {
  type Channel,
  type ChannelEnd,
  ConnectError,
  type ExecuteRequest,
  type OutputFilters,
} from '../../model/transport.ts';
import type { ResolvedTarget, Way } from '../../ssh-config/resolved-target.ts';
import { childChannel, startChild } from '../child-channel.ts';
import { type ConnectBudget, cancelled } from '../connect-budget.ts';
import { sessionRefused } from '../session-refused.ts';
import { commandArguments, type MasterOptions, masterArguments } from './arguments.ts';
import { endReason, type LogFact, type LoginContext, logFact, loginFailure } from './ssh-log.ts';

/** Lines of ssh's log kept for the reason of a failure. */
const LINES_KEPT = 200;

/** ssh's log may be read a little later than its exit. */
const LOG_BEHIND_MS = 500;

/** Ctrl-C in our terminal is for us: without its connection a remote process could not be ended. */
const detached = true;

/** How long ssh may take to obey a signal. */
const TOLD_AGAIN_MS = 300;

/** How a command on one of the master's channels ended, as far as only the log can tell. */
interface LoggedChannel {
  readonly exit: Promise<ChannelEnd>;
}

type Opening = PromiseWithResolvers<LoggedChannel>;

export class Master {
  /** Resolves, never rejects, with the reason when the connection has ended. */
  readonly ended: Promise<string>;
  readonly #target: ResolvedTarget;
  readonly #socket: string;
  readonly #child: ChildProcess;
  readonly #ready = Promise.withResolvers<void>();
  readonly #lines: string[] = [];
  readonly #exits = new Map<number, PromiseWithResolvers<ChannelEnd>>();
  #openings: Promise<unknown> = Promise.resolve();
  #opening: Opening | undefined;
  #lastExit: Promise<ChannelEnd> = Promise.resolve(noStatus);
  #isReady = false;
  #gatewaysPassed = 0;
  #tellStage = (): void => {};

  constructor(target: ResolvedTarget, options: MasterOptions) {
    this.#target = target;
    this.#socket = options.socket;
    const child = spawn('ssh', masterArguments(target, options), {
      stdio: ['ignore', 'ignore', 'pipe'],
      detached,
    });
    this.#child = child;
    this.ended = this.#follow(child, child.stderr);
    // Nobody may be waiting for it when it fails.
    this.#ready.promise.catch(() => {});
  }

  /** Waits until it takes commands. @throws ConnectError */
  async ready(budget: ConnectBudget): Promise<void> {
    this.#tellStage = () => {
      const next = ownGateways(this.#target)[this.#gatewaysPassed];
      budget.doing = next === undefined ? 'waiting for ssh to log in' : waitingForGateway(next.target.node);
    };
    this.#tellStage();
    try {
      await budget.race(this.#ready.promise);
    } catch (error) {
      this.end();
      throw error;
    }
  }

  end(): void {
    void this.#terminate();
  }

  /** OpenSSH 9.2 forgets a signal that comes just before it begins to wait: it is told again. */
  async #terminate(): Promise<void> {
    for (const signal of ['SIGTERM', 'SIGTERM', 'SIGTERM', 'SIGKILL'] as const) {
      if (!this.#child.kill(signal)) return;
      await Promise.race([this.ended, sleep(TOLD_AGAIN_MS, undefined, { ref: false })]);
    }
  }

  /** Opens one channel at a time: ssh's log does not say which command a new channel is for. */
  execute(request: ExecuteRequest, signal: AbortSignal, filters?: OutputFilters): Promise<Channel> {
    const opening = this.#openings.then(() => this.#open(request, signal, filters));
    this.#openings = opening.catch(() => {});
    return opening;
  }

  async #open(request: ExecuteRequest, signal: AbortSignal, filters?: OutputFilters): Promise<Channel> {
    if (signal.aborted) throw cancelled(signal);
    const opening: Opening = Promise.withResolvers();
    this.#opening = opening;
    // It may fail when the start has failed already, and nobody listens.
    opening.promise.catch(() => {});
    const giveUp = () => opening.reject(cancelled(signal));
    signal.addEventListener('abort', giveUp, { once: true });
    void this.ended.then((why) => opening.reject(lostBeforeStart(why)));
    try {
      const child = await this.#startCommand(request);
      const channel = childChannel(child, {
        end: (code, name) => this.#endOf(opening, code, name),
        close: () => child.kill('SIGKILL'),
        filters,
      });
      child.once('exit', () => setTimeout(opening.reject, LOG_BEHIND_MS, silentFailure()).unref());
      await opening.promise.catch((error: unknown) => {
        channel.close();
        throw error;
      });
      return channel;
    } finally {
      signal.removeEventListener('abort', giveUp);
      this.#opening = undefined;
    }
  }

  #startCommand(request: ExecuteRequest): Promise<ChildProcessWithoutNullStreams> {
    const { terminal } = request;
    const env = terminal === undefined ? process.env : { ...process.env, TERM: terminal.term };
    return startChild('ssh', commandArguments(this.#socket, request), { env, detached });
  }

  /** 255 is also what ssh itself ends with: the master's log knows whether the command ended so. */
  async #endOf(opening: Opening, code: number | null, name: string | null): Promise<ChannelEnd> {
    if (code !== null && code !== 255) return { kind: 'exit', code };
    if (name !== null) return { kind: 'lost', reason: `ssh was ended by ${name}` };
    const lost = this.ended.then((reason): ChannelEnd => ({ kind: 'lost', reason }));
    const logged = await opening.promise.then(({ exit }) => Promise.race([exit, lost])).catch(() => noStatus);
    // Without a status the connection may be about to end, and then knows the reason.
    return logged === noStatus
      ? Promise.race([lost, sleep(LOG_BEHIND_MS, noStatus, { ref: false })])
      : logged;
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

  #newExit(): PromiseWithResolvers<ChannelEnd> {
    const exit = Promise.withResolvers<ChannelEnd>();
    this.#lastExit = exit.promise;
    return exit;
  }

  get #silenceMs(): number {
    return this.#target.keepAliveIntervalMs * this.#target.keepAliveCountMax;
  }

  #hear(line: string): void {
    const fact = logFact(line);
    if (!this.#isReady && line.startsWith('Authenticated to ')) {
      this.#gatewaysPassed += 1;
      this.#tellStage();
    }
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
        this.#exits.set(fact.channel, this.#newExit());
        break;
      case 'command-sent':
        this.#opening?.resolve({ exit: this.#lastExit });
        break;
      case 'channel-refused':
        this.#opening?.reject(unreachable(`${sessionRefused}: ${fact.reason}`));
        break;
      case 'exit':
        this.#exits.get(fact.channel)?.resolve(exitEnd(fact.how));
        break;
      case 'channel-closed':
        this.#exits.get(fact.channel)?.resolve(noStatus);
        this.#exits.delete(fact.channel);
        break;
    }
  }
}

function loginContext(target: ResolvedTarget): LoginContext {
  const gateways = ownGateways(target).map((gateway) => gateway.target.node);
  return { node: target.target.node, gateways, timeoutMs: target.connectTimeoutMs };
}

/** Those of ssh config are left to ssh. */
function ownGateways({ target, gateways }: ResolvedTarget): Way {
  return target.settings.gateway === undefined ? [] : gateways;
}

/** Asked for only after ssh itself ended with 255. The name of the signal is not in the log. */
function exitEnd(how: 'exit-status' | 'exit-signal'): ChannelEnd {
  return how === 'exit-status' ? { kind: 'exit', code: 255 } : { kind: 'signal', signal: 'unknown' };
}

const noStatus: ChannelEnd = { kind: 'lost', reason: 'the command was ended without an exit status' };

function lostBeforeStart(why: string): ConnectError {
  return unreachable(`connection lost before the command started: ${why}`);
}

function silentFailure(): ConnectError {
  return unreachable('ssh could not start the command over its control socket');
}

function unreachable(reason: string): ConnectError {
  return new ConnectError({ kind: 'unreachable', reason });
}
