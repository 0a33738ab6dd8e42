// Which node works when: the sliding window, the batches, the stop rule, and what interrupts them. It knows nothing
// of commands and copies; `work` does.
import { HeorotError } from '@heorot/inventory';
import type { RunOptions } from '../model/command.ts';
import type { NodeResult, RunSummary } from '../model/event.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Target } from '../model/target.ts';
import { type NodeState, NodeTask } from './node-task.ts';
import { type Place, Window } from './window.ts';

export interface DispatchWork {
  /** Before the first node starts: what all of them need. */
  prepare(targets: readonly Target[]): Promise<void>;
  /** One node, from connecting to its outcome; a throw ends the whole run. */
  work(task: NodeTask): Promise<Outcome>;
  /** Called once for every target. */
  ended(result: NodeResult): void;
}

export type DispatchOptions = Pick<RunOptions, 'schedule' | 'drain' | 'signal'>;

export class Dispatch {
  readonly summary: Promise<RunSummary>;
  readonly #targets: readonly Target[];
  readonly #options: DispatchOptions;
  readonly #work: DispatchWork;
  readonly #active = new Set<NodeTask>();
  readonly #window: Window;
  readonly #results: NodeResult[] = [];
  readonly #startedAt = Date.now();
  readonly #began = performance.now();
  readonly #done = Promise.withResolvers<RunSummary>();
  #stopListening: () => void = () => undefined;
  #next = 0;
  #lotEnd: number;
  #failures = 0;
  #stopped: string | undefined;
  #interrupted = false;
  #fatal: { readonly error: unknown } | undefined;

  constructor(targets: readonly Target[], options: DispatchOptions, work: DispatchWork) {
    this.#targets = onceEach(targets);
    this.#options = options;
    this.#work = work;
    const { schedule } = options;
    this.#window = new Window({
      width: schedule.fanout,
      silent: silentNodes(schedule),
      onRoom: () => this.#fill(),
    });
    this.#lotEnd = options.schedule.batch ?? this.#targets.length;
    this.summary = this.#done.promise;
    // Whoever iterates the events gets the error there.
    this.summary.catch(() => undefined);
    void this.#start();
  }

  /** How many nodes there are. */
  get size(): number {
    return this.#targets.length;
  }

  unfinished(): { node: string; state: NodeState }[] {
    const active = [...this.#active].map(({ target: { node }, state }) => ({ node, state }));
    const waiting = this.#targets.slice(this.#next).map(({ node }) => ({ node, state: 'waiting' as const }));
    return [...active, ...(this.#stopped === undefined ? waiting : [])];
  }

  /** Ends the whole run, and what runs on the nodes, for an error that is no node's. */
  fail(error: unknown): void {
    this.#fatal ??= { error };
    this.#stop('the run failed', true);
  }

  async #start(): Promise<void> {
    const { drain, signal } = this.#options;
    const onDrain = () => this.#interrupt(drain, false);
    const onStop = () => this.#interrupt(signal, true);
    drain?.addEventListener('abort', onDrain, { once: true });
    signal?.addEventListener('abort', onStop, { once: true });
    this.#stopListening = () => {
      drain?.removeEventListener('abort', onDrain);
      signal?.removeEventListener('abort', onStop);
    };
    try {
      await this.#work.prepare(this.#targets);
    } catch (error) {
      this.fail(error);
    }
    if (drain?.aborted === true) onDrain();
    if (signal?.aborted === true) onStop();
    this.#fill();
  }

  #fill(): void {
    const { batch } = this.#options.schedule;
    for (;;) {
      while (this.#stopped === undefined && this.#next < this.#lotEnd && this.#window.hasRoom) {
        const target = this.#targets[this.#next];
        if (target === undefined) break;
        this.#next += 1;
        const place = this.#window.enter();
        void this.#attend(new NodeTask(target, place), place);
      }
      if (this.#active.size > 0) return;
      if (this.#stopped !== undefined || this.#next >= this.#targets.length) return this.#finish();
      this.#lotEnd += batch ?? this.#targets.length;
    }
  }

  async #attend(task: NodeTask, place: Place): Promise<void> {
    this.#active.add(task);
    try {
      const outcome = await this.#work.work(task);
      this.#record(task.result(outcome));
    } catch (error) {
      this.fail(error);
      const reason = 'the run failed';
      this.#record({
        node: task.target.node,
        outcome: { kind: 'cancelled', reason, cleanup: 'ended' },
        elapsedMs: 0,
      });
    }
    this.#active.delete(task);
    place.leave();
    this.#fill();
  }

  #record(result: NodeResult): void {
    this.#results.push(result);
    this.#work.ended(result);
    const { maxFailures, endRunning } = this.#options.schedule;
    if (result.outcome.kind === 'ok' || result.outcome.kind === 'skipped') return;
    this.#failures += 1;
    if (maxFailures === undefined || this.#failures <= maxFailures || this.#stopped !== undefined) return;
    if (this.#next >= this.#targets.length && endRunning !== true) return;
    this.#stop(
      `${this.#failures} ${this.#failures === 1 ? 'node' : 'nodes'} failed, ${maxFailures} allowed`,
      endRunning === true,
    );
  }

  #interrupt(signal: AbortSignal | undefined, endRunning: boolean): void {
    if (this.#active.size === 0 && this.#next >= this.#targets.length && this.#targets.length > 0) return;
    this.#interrupted = true;
    this.#stop(reasonOf(signal), endRunning);
  }

  #stop(reason: string, endRunning: boolean): void {
    this.#stopped ??= reason;
    if (!endRunning) return;
    for (const task of this.#active) task.giveUp({ kind: 'cancelled', reason });
  }

  #finish(): void {
    this.#stopListening();
    const reason = this.#stopped ?? 'not started';
    while (this.#next < this.#targets.length) {
      const node = this.#targets[this.#next]?.node ?? '';
      this.#next += 1;
      this.#record({ node, outcome: { kind: 'skipped', reason }, elapsedMs: 0 });
    }
    if (this.#fatal !== undefined) return this.#done.reject(this.#fatal.error);
    this.#done.resolve({
      results: this.#results,
      startedAt: this.#startedAt,
      elapsedMs: performance.now() - this.#began,
      stopped: this.#stopped,
      ...(this.#interrupted ? { interrupted: true } : {}),
    });
  }
}

/**
 * How many nodes may be silent beside the window: none where the next node depends on how the ones before it end. With half
 * of the window, many dead nodes cost a third less time, and twice that would open more logins than a busy head can make.
 */
function silentNodes({ fanout, batch, maxFailures }: RunOptions['schedule']): number {
  return batch === undefined && maxFailures === undefined ? Math.floor(fanout / 2) : 0;
}

/** A node named twice is one node; two different nodes of one name would be told apart nowhere. */
function onceEach(targets: readonly Target[]): readonly Target[] {
  const byName = new Map<string, Target>();
  for (const target of targets) {
    const known = byName.get(target.node);
    if (known === undefined) byName.set(target.node, target);
    else if (known !== target && JSON.stringify(known) !== JSON.stringify(target)) {
      throw new HeorotError(
        'target-duplicate',
        `node ${target.node} is given twice, with different settings`,
      );
    }
  }
  return byName.size === targets.length ? targets : [...byName.values()];
}

function reasonOf(signal: AbortSignal | undefined): string {
  const reason: unknown = signal?.reason;
  if (typeof reason === 'string') return reason;
  return reason instanceof Error && reason.name !== 'AbortError' ? reason.message : 'interrupted';
}
