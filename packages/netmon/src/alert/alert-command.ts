// Runs the command of --exec when an alert is raised or cleared. It is the user's own text, given to `sh -c` as typed; what
// the alert says comes in its environment alone, so that no name a node invents can become part of the command.
import { spawn } from 'node:child_process';
import type { AlertChange } from './alert-watch.ts';

export interface AlertCommandOptions {
  /** For `sh -c`. */
  readonly command: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** It is ended when it runs longer; 30 s unless told. */
  readonly limitMs?: number;
  /** What went wrong with it, and what it wrote: one line at a time. */
  readonly say: (line: string) => void;
}

/** At the same time; the rest waits in the order of the alerts. */
const atATime = 4;
/** Waiting ones beyond that are left out, and it is said. */
const mostWaiting = 100;
const limitMs = 30_000;
/** Of what one of them writes. */
const outputBytes = 8192;

export class AlertCommand {
  readonly #options: AlertCommandOptions;
  readonly #waiting: AlertChange[] = [];
  readonly #running = new Set<Promise<void>>();
  #left = 0;

  constructor(options: AlertCommandOptions) {
    this.#options = options;
  }

  /** Never throws and does not wait: a command that fails is said. */
  run(change: AlertChange): void {
    if (this.#waiting.length >= mostWaiting) {
      this.#left += 1;
      if (this.#left === 1) this.#options.say('--exec: too many alerts at once, the rest runs no command');
      return;
    }
    this.#waiting.push(change);
    this.#next();
  }

  /** Resolves when all have ended; each has its time limit, so this has one too. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #next(): void {
    if (this.#running.size >= atATime) return;
    const change = this.#waiting.shift();
    if (change === undefined) return;
    const run = this.#start(change).finally(() => {
      this.#running.delete(run);
      this.#next();
    });
    this.#running.add(run);
  }

  async #start(change: AlertChange): Promise<void> {
    const { command, env, say } = this.#options;
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const child = spawn('/bin/sh', ['-c', command], {
      env: { ...env, ...environmentOf(change) },
      stdio: ['ignore', 'pipe', 'pipe'],
      // Leads a group, so that what it starts can be ended with it.
      detached: true,
    });
    const output: Buffer[] = [];
    let bytes = 0;
    const keep = (chunk: Buffer) => {
      if (bytes < outputBytes) output.push(chunk.subarray(0, outputBytes - bytes));
      bytes += chunk.length;
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const limit = setTimeout(() => {
      if (child.pid !== undefined) endGroup(child.pid);
      resolve(`took longer than ${(this.#options.limitMs ?? limitMs) / 1000} s`);
    }, this.#options.limitMs ?? limitMs);
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code === 0 ? undefined : `ended with ${signal ?? code}`));
    const problem = await promise;
    clearTimeout(limit);
    const lines = Buffer.concat(output).toString('utf8').split('\n');
    for (const line of lines) if (line !== '') say(`--exec: ${line}`);
    if (problem !== undefined) say(`--exec: ${change.alert} on ${change.node}: ${problem}`);
  }
}

/** What `--exec` gets; absent figures are empty. */
function environmentOf(change: AlertChange): Readonly<Record<string, string>> {
  return {
    NETMON_ALERT: change.alert,
    NETMON_CHANGE: change.change,
    NETMON_NODE: change.node,
    NETMON_INTERFACE: change.interface ?? '',
    NETMON_VALUE: change.value === null ? '' : String(change.value),
    NETMON_SINCE: change.since,
    NETMON_TIME: change.time,
  };
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It ended in this moment.
  }
}
