// A recording as a source: what was told is told again, at the pace at which it came, faster, or as fast as it is taken.
import { setImmediate as breathe, setTimeout as sleep } from 'node:timers/promises';
import type { Recording } from '../record/recording.ts';
import type { Source, SourceListener } from '../source/source.ts';
import { recordedOutputs } from './recorded-outputs.ts';
import { ReplayClock } from './replay-clock.ts';

export interface ReplaySourceOptions {
  readonly recording: Recording;
  readonly nodes: readonly string[];
  readonly intervalMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** So much before `fromMs` is told at once: rates need two readings, and sparklines a minute. */
  readonly leadMs: number;
  /** Recorded seconds a second; Infinity = as fast as it is taken. */
  readonly speed: number;
  /** One that others set as well; default its own. */
  readonly clock?: ReplayClock;
}

/** Where nothing was recorded for so long (or five intervals) the replay jumps to what comes next. */
const gapMs = 10_000;
/** How soon a pause is noticed. */
const longestSleepMs = 100;
/** Keys and frames have their turn after so much work. */
const breatheMs = 10;

export class ReplaySource implements Source {
  readonly name = 'recording';
  readonly nodes: readonly string[];
  readonly intervalMs: number;
  readonly clock: ReplayClock;
  readonly #options: ReplaySourceOptions;

  constructor(options: ReplaySourceOptions) {
    this.nodes = options.nodes;
    this.intervalMs = options.intervalMs;
    this.clock = options.clock ?? new ReplayClock(options.fromMs, options.speed);
    this.#options = options;
  }

  /**
   * @param taken awaited after each output: where the reader sets the pace
   * @throws HeorotError `recording-damaged`
   */
  async run(listener: SourceListener, signal: AbortSignal, taken?: () => Promise<void>): Promise<void> {
    const { recording, nodes, fromMs, toMs, leadMs } = this.#options;
    this.clock.jump(fromMs);
    let breathedMs = performance.now();
    for (const { timeMs, output } of recordedOutputs(recording, { nodes, fromMs: fromMs - leadMs, toMs })) {
      await this.#due(timeMs, signal);
      if (performance.now() - breathedMs > breatheMs) {
        await breathe();
        breathedMs = performance.now();
      }
      if (signal.aborted) return;
      listener(output);
      if (taken !== undefined) await taken();
    }
    // Behind its end no node gets older.
    this.clock.pause(true);
  }

  async #due(timeMs: number, signal: AbortSignal): Promise<void> {
    const { fromMs } = this.#options;
    if (!Number.isFinite(this.clock.speed)) {
      this.clock.jump(Math.max(timeMs, fromMs));
      return;
    }
    if (!this.clock.paused && timeMs - this.clock.nowMs > Math.max(gapMs, 5 * this.intervalMs)) {
      this.clock.jump(timeMs - this.intervalMs);
    }
    for (;;) {
      const waitMs = this.clock.untilMs(timeMs);
      if (waitMs <= 0 || signal.aborted) return;
      await sleep(Math.min(waitMs, longestSleepMs), undefined, { signal }).catch(() => undefined);
    }
  }
}
