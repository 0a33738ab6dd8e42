// How far a run is: counted from its events, told in the status block of a terminal or in a line now and then.
import type { StatusSource, Theme } from '@heorot/cli';
import { formatDuration } from '@heorot/cli';
import { isEnd, type Renderer } from './renderer.ts';

export class Progress implements Renderer, StatusSource {
  readonly #total: number;
  readonly #theme: Theme;
  readonly #now: () => number;
  readonly #startedAt: number;
  /** In the order they started: the first are the slowest. */
  readonly #running = new Map<string, number>();
  #ended = 0;
  #failed = 0;

  constructor(total: number, theme: Theme, now: () => number = () => performance.now()) {
    this.#total = total;
    this.#theme = theme;
    this.#now = now;
    this.#startedAt = now();
  }

  event(event: Parameters<Renderer['event']>[0]): void {
    if (event.kind === 'start') {
      this.#running.set(event.node, this.#now());
    } else if (isEnd(event)) {
      this.#running.delete(event.node);
      this.#ended += 1;
      if (event.outcome.kind !== 'ok') this.#failed += 1;
    }
  }

  async end(): Promise<void> {}

  /** @example `12 of 64 done · 2 failed · 40 running · 12 waiting · 3 s`; who waits is connecting, or not yet begun. */
  line(): string {
    const waiting = Math.max(0, this.#total - this.#ended - this.#running.size);
    const parts = [
      this.#theme.strong(`${this.#ended} of ${this.#total} done`),
      ...(this.#failed === 0 ? [] : [this.#theme.bad(`${this.#failed} failed`)]),
      `${this.#running.size} running`,
      ...(waiting === 0 ? [] : [`${waiting} waiting`]),
      this.#since(this.#startedAt),
    ];
    return parts.join(' · ');
  }

  /** Nothing before the first node has begun: until then a passphrase may be asked for on the same lines. */
  render(): readonly string[] {
    if (this.#running.size === 0 && this.#ended === 0) return [];
    const slow = this.#running.entries().filter(([, since]) => this.#now() - since >= 1000);
    const slowest = [...slow.take(3)].map(([node, since]) => `${node} ${this.#since(since)}`);
    const lines = [this.line()];
    if (slowest.length > 0) lines.push(this.#theme.dim(`longest: ${slowest.join(', ')}`));
    return lines;
  }

  /** Whole seconds: a figure that flickers tells nothing. */
  #since(start: number): string {
    const seconds = Math.floor((this.#now() - start) / 1000);
    return seconds === 0 ? '0 s' : formatDuration(seconds * 1000);
  }
}
