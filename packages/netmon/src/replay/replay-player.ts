// A recording that is played as keys ask: from another time, faster or slower, reading by reading. Each jump begins anew with
// what came just before, so that rates and sparklines are there at once.
import type { Recording } from '../record/recording.ts';
import type { Source, SourceListener } from '../source/source.ts';
import type { Player } from '../top/top.ts';
import type { Playback } from '../view/scene.ts';
import type { TimeWish } from '../view/time-wish.ts';
import { parseMoment, type TimeSpan } from './moment.ts';
import { ReplayClock } from './replay-clock.ts';
import { ReplaySource } from './replay-source.ts';

export interface ReplayPlayerOptions {
  readonly recording: Recording;
  readonly nodes: readonly string[];
  readonly intervalMs: number;
  /** Where it begins. */
  readonly fromMs: number;
  /** What can be gone to. */
  readonly span: TimeSpan;
  readonly speed: number;
  /** What was told is of another time. */
  readonly restart: () => void;
}

const speeds = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120, 300, 600];
/** What a sparkline shows, where nodes are not too many to be read at once. */
const longestLeadMs = 60_000;
const leadReadings = 12_000;
/** For rates, though two readings may have been missed. */
const leastLead = 4;

export class ReplayPlayer implements Source, Player {
  readonly name = 'recording';
  readonly nodes: readonly string[];
  readonly intervalMs: number;
  readonly clock: ReplayClock;
  readonly #options: ReplayPlayerOptions;
  #leg = new AbortController();
  #fromMs: number;
  #paused = false;
  #ended = false;
  #error: string | null = null;

  constructor(options: ReplayPlayerOptions) {
    this.nodes = options.nodes;
    this.intervalMs = options.intervalMs;
    this.clock = new ReplayClock(options.fromMs, options.speed);
    this.#options = options;
    this.#fromMs = options.fromMs;
  }

  get playback(): Playback {
    return { speed: this.clock.speed, ended: this.#ended, error: this.#error };
  }

  /** Until the signal: a recording that has ended can be gone back in. @throws HeorotError `recording-damaged` */
  async run(listener: SourceListener, signal: AbortSignal): Promise<void> {
    const { recording, nodes, intervalMs, span } = this.#options;
    while (!signal.aborted) {
      const leg = this.#leg.signal;
      const either = AbortSignal.any([signal, leg]);
      const { clock } = this;
      const times = { fromMs: this.#fromMs, toMs: span.toMs, leadMs: this.#leadMs };
      const source = new ReplaySource({ recording, nodes, intervalMs, ...times, speed: clock.speed, clock });
      await source.run((output) => void (either.aborted || listener(output)), either);
      this.#ended = !either.aborted;
      if (this.#ended) await aborted(either);
      this.#ended = false;
    }
  }

  pause(paused: boolean): void {
    this.#paused = paused;
    if (!this.#ended) this.clock.pause(paused);
  }

  travel(wish: TimeWish): void {
    this.#error = null;
    if (wish.kind === 'speed') this.#changeSpeed(wish.by);
    else if (wish.kind === 'jump') this.#jump(wish.text);
    else if (wish.kind === 'seek') this.#seek(this.clock.nowMs + wish.byMs);
    else if (wish.by === 1 && this.#paused && !this.#ended)
      this.clock.jump(this.clock.nowMs + this.intervalMs);
    else this.#seek(this.clock.nowMs + wish.by * this.intervalMs);
  }

  #changeSpeed(by: 1 | -1): void {
    const { speed } = this.clock;
    const next = by === 1 ? speeds.find((each) => each > speed) : speeds.findLast((each) => each < speed);
    if (next !== undefined) this.clock.setSpeed(next);
  }

  #jump(text: string): void {
    try {
      this.#seek(parseMoment(text, this.#options.span));
    } catch (error) {
      this.#error = error instanceof Error ? error.message : String(error);
    }
  }

  #seek(toMs: number): void {
    const { span, restart } = this.#options;
    this.#fromMs = Math.min(span.toMs, Math.max(span.fromMs, toMs));
    const before = this.#leg;
    this.#leg = new AbortController();
    before.abort();
    restart();
    // Where it had ended it stands; a leg that goes on needs a clock that does.
    this.clock.pause(this.#paused);
    this.clock.jump(this.#fromMs);
  }

  get #leadMs(): number {
    const ticks = Math.max(leastLead, leadReadings / this.nodes.length);
    return Math.min(Math.max(longestLeadMs, leastLead * this.intervalMs), ticks * this.intervalMs);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
