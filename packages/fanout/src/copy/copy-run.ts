// A copy under way on many nodes: the same window, stop rule and outcomes as commands have, with its own events.
import { HeorotError } from '@heorot/inventory';
import { Deadlines } from '../engine/deadlines.ts';
import { Dispatch } from '../engine/dispatch.ts';
import { EventQueue } from '../engine/event-queue.ts';
import type { CopyEvent, CopyOptions, CopyRun } from '../engine/fanout.ts';
import type { NodeTask } from '../engine/node-task.ts';
import type { SessionPool } from '../engine/session-pool.ts';
import type { RunSummary } from '../model/event.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Target } from '../model/target.ts';
import { type ByteName, shownName } from './byte-name.ts';
import type { CopyReport } from './push-node.ts';
import { type CallContext, CopyFailure } from './remote-call.ts';

export interface CopyWork<Job> {
  /** Once, before the first node. */
  prepare(): Promise<Job>;
  /** @throws CopyFailure, ConnectError */
  onNode(context: CallContext, job: Job, report: CopyReport, note: (text: string) => void): Promise<void>;
}

/** What one event weighs in the queue. */
const eventBytes = 200;
/** Between two progress events of one node. */
const progressEveryMs = 100;

export class NodeCopies<Job> implements CopyRun {
  readonly #queue = new EventQueue<CopyEvent>(Number.POSITIVE_INFINITY, { pause() {}, resume() {} });
  readonly #clock = new Deadlines();
  readonly #dispatch: Dispatch;
  readonly #pool: SessionPool;
  readonly #options: CopyOptions;
  readonly #work: CopyWork<Job>;
  readonly #bytes = new Map<string, number>();
  #job: Job | undefined;

  constructor(pool: SessionPool, targets: readonly Target[], work: CopyWork<Job>, options: CopyOptions) {
    this.#pool = pool;
    this.#work = work;
    this.#options = options;
    this.#dispatch = new Dispatch(targets, options, {
      prepare: async (all) => {
        this.#job = await work.prepare();
        await pool.prepare(all);
      },
      work: (task) => this.#onNode(task),
      ended: (result) => {
        const bytes = this.#bytes.get(result.node) ?? 0;
        this.#queue.push({ kind: 'end', node: result.node, result, bytes }, eventBytes);
      },
    });
    void this.#queue.finishAfter(this.#dispatch.summary).then(() => this.#clock[Symbol.dispose]());
  }

  get summary(): Promise<RunSummary> {
    this.#queue.dropUnread();
    return this.#dispatch.summary;
  }

  unfinished(): ReturnType<CopyRun['unfinished']> {
    return this.#dispatch.unfinished();
  }

  [Symbol.asyncIterator](): AsyncIterator<CopyEvent> {
    return this.#queue[Symbol.asyncIterator]();
  }

  async #onNode(task: NodeTask): Promise<Outcome> {
    const job = this.#job;
    if (job === undefined) throw new HeorotError('copy-source', 'nothing was prepared to be copied');
    const { node } = task.target;
    const note = (text: string) => this.#queue.push({ kind: 'note', node, text }, eventBytes);
    const { commandTimeoutMs: afterMs } = this.#options;
    return task.withSession(this.#pool, async (session) => {
      task.state = 'running';
      using _ =
        afterMs === undefined
          ? undefined
          : this.#clock.after(afterMs, () => task.giveUp({ kind: 'command-timeout', afterMs }));
      try {
        await this.#work.onNode({ task, session, clock: this.#clock }, job, this.#reportOf(node), note);
        return { kind: 'ok' };
      } catch (error) {
        if (!(error instanceof CopyFailure)) throw error;
        if (task.givenUp === undefined) note(error.message);
        return error.outcome;
      }
    });
  }

  #reportOf(node: string): CopyReport {
    let shownAt = 0;
    let current: { path: ByteName; bytes: number } | undefined;
    const count = (path: ByteName, bytes: number) => {
      const before = current?.path === path ? current.bytes : 0;
      this.#bytes.set(node, (this.#bytes.get(node) ?? 0) + bytes - before);
      current = { path, bytes };
    };
    return {
      progress: (path, bytes, totalBytes) => {
        count(path, bytes);
        const now = performance.now();
        if (now - shownAt < progressEveryMs && bytes < totalBytes) return;
        shownAt = now;
        this.#queue.push({ kind: 'progress', node, path: shownName(path), bytes, totalBytes }, eventBytes);
      },
      file: ({ path, size }, how) => {
        if (how !== 'unchanged') count(path, size);
        this.#queue.push({ kind: 'file', node, path: shownName(path), bytes: size, how }, eventBytes);
      },
    };
  }
}
