// Commands on nodes: each node's session, one command after the other, as events with backpressure.
import type { Writable } from 'node:stream';
import type { Command, RunOptions } from '../model/command.ts';
import type { NodeResult, RunEvent, RunSummary } from '../model/event.ts';
import { lostOutcome } from '../model/lost-outcome.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Target } from '../model/target.ts';
import { type ChannelEnd, ConnectError, type Session } from '../model/transport.ts';
import { composeCommand } from './compose-command.ts';
import { Deadlines } from './deadlines.ts';
import { Dispatch } from './dispatch.ts';
import { EventQueue } from './event-queue.ts';
import { expandVariables } from './expand-variables.ts';
import type { Run } from './fanout.ts';
import type { NodeTask } from './node-task.ts';
import { type RemoteCommand, startCommand } from './remote-command.ts';
import type { SessionPool } from './session-pool.ts';
import { StdinBroadcast } from './stdin-broadcast.ts';

const defaultBufferBytes = 8 * 1024 * 1024;
/** How long a node that was given up may take to say whether the command started: what started has to be ended. */
const startPatienceMs = 2000;
/** A login shell that takes longer is worth a word. */
const longStartUpMs = 3000;

export interface RunParts {
  readonly pool: SessionPool;
  readonly forwardAgent: boolean;
}

export class CommandRun implements Run {
  /** Resolves, never rejects, when every node has ended. */
  readonly ended: Promise<void>;
  readonly #parts: RunParts;
  readonly #commands: readonly Command[];
  readonly #options: RunOptions;
  readonly #clock = new Deadlines();
  readonly #running = new Set<RemoteCommand>();
  readonly #queue: EventQueue<RunEvent>;
  readonly #stdin: StdinBroadcast | undefined;
  /** Nodes that have come for the input, or never will: the others want it from its first byte. */
  readonly #past = new Set<string>();
  readonly #dispatch: Dispatch;

  constructor(
    parts: RunParts,
    targets: readonly Target[],
    commands: readonly Command[],
    options: RunOptions,
  ) {
    this.#parts = parts;
    this.#commands = commands;
    this.#options = options;
    const bufferBytes = options.bufferBytes ?? defaultBufferBytes;
    this.#queue = new EventQueue(bufferBytes, {
      pause: () => {
        for (const command of this.#running) command.pause();
      },
      resume: () => {
        for (const command of this.#running) command.resume();
      },
    });
    this.#dispatch = new Dispatch(targets, options, {
      prepare: (all) => parts.pool.prepare(all),
      work: (task) => task.withSession(parts.pool, (session) => this.#work(task, session)),
      ended: (result) => {
        this.#past.add(result.node);
        this.#queue.push(endEvent(result), 0);
      },
    });
    if (options.stdin !== undefined) {
      const dispatch = this.#dispatch;
      this.#stdin = new StdinBroadcast(options.stdin, {
        bufferBytes,
        clock: this.#clock,
        moreReaders: () => this.#past.size < dispatch.size,
        fail: (error) => dispatch.fail(error),
      });
    }
    this.ended = this.#finish();
  }

  get summary(): Promise<RunSummary> {
    this.#queue.dropUnread();
    return this.#dispatch.summary;
  }

  resize(columns: number, rows: number): void {
    for (const command of this.#running) command.resize(columns, rows);
  }

  unfinished(): ReturnType<Run['unfinished']> {
    return this.#dispatch.unfinished();
  }

  /** Ends what still runs because nobody follows the run any more; resolves when all nodes have been seen to. */
  async abandon(): Promise<void> {
    this.#dispatch.fail(new Error('the run was left before its end'));
    await this.#dispatch.summary.catch(() => undefined);
  }

  [Symbol.asyncIterator](): AsyncIterator<RunEvent> {
    return this.#queue[Symbol.asyncIterator]();
  }

  async #finish(): Promise<void> {
    await this.#queue.finishAfter(this.#dispatch.summary);
    this.#clock[Symbol.dispose]();
    await this.#stdin?.[Symbol.asyncDispose]();
  }

  async #work(task: NodeTask, session: Session): Promise<Outcome> {
    let outcome: Outcome = { kind: 'ok' };
    for (const [index, command] of this.#commands.entries()) {
      outcome = await this.#one(task, session, command, index === 0);
      if (outcome.kind !== 'ok' || task.givenUp !== undefined) break;
    }
    return outcome;
  }

  #feed(node: string, stdin: StdinBroadcast, sink: Writable): void {
    this.#past.add(node);
    stdin.feed(sink);
  }

  async #one(task: NodeTask, session: Session, command: Command, first: boolean): Promise<Outcome> {
    const { node } = task.target;
    const composed = composeCommand(expanded(command, session));
    const stdin = first && this.#stdin?.isEmpty !== true ? this.#stdin : undefined;
    const emit = (kind: 'stdout' | 'stderr') => (data: Buffer) =>
      this.#queue.push({ kind, node, data }, data.length);
    const streams = {
      stdout: emit('stdout'),
      stderr: emit('stderr'),
      ...(stdin === undefined ? {} : { feed: (sink: Writable) => this.#feed(node, stdin, sink) }),
    };
    const { commandTimeoutMs } = this.#options;
    using _ = session.connectsLate === true ? undefined : this.#limit(task, commandTimeoutMs);
    const remote = await this.#start(task, (signal) =>
      startCommand(session, composed, streams, {
        forwardAgent: this.#parts.forwardAgent,
        clock: this.#clock,
        signal,
      }),
    );
    using _late = session.connectsLate === true ? this.#limit(task, commandTimeoutMs) : undefined;
    if (task.state === 'connecting') {
      task.state = 'running';
      this.#queue.push({ kind: 'start', node, at: Date.now() }, 0);
    }
    this.#running.add(remote);
    if (this.#queue.paused) remote.pause();
    using _held = task.holds(remote);
    const end = await remote.ended;
    this.#running.delete(remote);
    const { startUpMs } = remote;
    if (startUpMs !== undefined && startUpMs > longStartUpMs) task.startUpMs = Math.round(startUpMs);
    return outcomeOf(end);
  }

  /** @param start gets a signal that is aborted some time after the node is given up */
  async #start(
    task: NodeTask,
    start: (signal: AbortSignal) => Promise<RemoteCommand>,
  ): Promise<RemoteCommand> {
    task.signal.throwIfAborted();
    const patience = new AbortController();
    using stack = new DisposableStack();
    const onGivenUp = () =>
      stack.use(this.#clock.after(startPatienceMs, () => patience.abort(task.signal.reason)));
    task.signal.addEventListener('abort', onGivenUp, { once: true });
    stack.defer(() => task.signal.removeEventListener('abort', onGivenUp));
    try {
      return await start(patience.signal);
    } catch (error) {
      const nothingBegan = error instanceof ConnectError && error.nothingBegan;
      if (patience.signal.aborted && !nothingBegan) task.losesTrack();
      throw error;
    }
  }

  #limit(task: NodeTask, afterMs: number | undefined): Disposable | undefined {
    if (afterMs === undefined) return undefined;
    return this.#clock.after(afterMs, () => task.giveUp({ kind: 'command-timeout', afterMs }));
  }
}

function expanded(command: Command, { target: resolved }: Session): Command {
  if (command.expand !== true) return command;
  const { target, host, user, port } = resolved;
  const variables = {
    node: target.node,
    host,
    user,
    port,
    ...(target.labels === undefined ? {} : { labels: target.labels }),
  };
  return { ...command, text: expandVariables(command.text, variables) };
}

function outcomeOf(end: ChannelEnd): Outcome {
  switch (end.kind) {
    case 'exit':
      return end.code === 0 ? { kind: 'ok' } : { kind: 'exit', code: end.code };
    case 'signal':
      return { kind: 'signal', signal: end.signal };
    case 'lost':
      return lostOutcome(end);
    default:
      return end satisfies never;
  }
}

function endEvent({ outcome, ...result }: NodeResult): RunEvent {
  if (outcome.kind === 'ok' || outcome.kind === 'exit' || outcome.kind === 'signal') {
    return { kind: 'exit', ...result, outcome };
  }
  return { kind: 'failure', ...result, outcome };
}
