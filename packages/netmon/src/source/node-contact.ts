// How one node stands with its source, told once per change: state and reason, `down` and `up` with since when. What all
// sources share that ask nodes themselves.
import type { Reading } from '../model/reading.ts';
import type { NetEventName } from '../model/sample.ts';
import { patience } from './pacer.ts';
import type { ContactState, SourceListener } from './source.ts';

/** A question is not taken for unanswered before this, however short the interval: networks have round trips. */
const shortestDownMs = 500;

export class NodeContact {
  readonly #node: string;
  readonly #listener: SourceListener;
  #state: ContactState = 'waiting';
  #detail: string | null = null;
  /** Wall clock of the last reading. */
  #heardMs: number | undefined;

  constructor(node: string, listener: SourceListener) {
    this.#node = node;
    this.#listener = listener;
  }

  get state(): ContactState {
    return this.#state;
  }

  /** A node that is down stays so until it answers: what is tried meanwhile is no news. */
  trying(state: 'waiting' | 'connecting' | 'starting', detail: string | null = null): void {
    if (this.#state !== 'down') this.#tell(state, detail);
  }

  reading(reading: Reading): void {
    if (this.#state === 'down' && this.#heardMs !== undefined) {
      const seconds = ((Date.now() - this.#heardMs) / 1000).toFixed(1);
      this.event('up', `answers again after ${seconds} s`);
    }
    this.#heardMs = Date.now();
    if (this.#state !== 'sampling') this.#tell('sampling', null);
    this.#listener({ kind: 'reading', reading });
  }

  /** @param openMs how long the last question has been open */
  silent(openMs: number, intervalMs: number): void {
    // Slots are not exact to the millisecond.
    const lateMs = intervalMs * patience * 0.9;
    if (openMs >= Math.max(lateMs + intervalMs, shortestDownMs)) this.down(this.silence());
    else if (openMs >= lateMs && this.#state === 'sampling')
      this.#tell('late', 'has not answered the last tick');
  }

  down(reason: string): void {
    if (this.#state !== 'down') this.event('down', reason);
    if (this.#state !== 'down' || this.#detail !== reason) this.#tell('down', reason);
  }

  /** In words. */
  silence(): string {
    if (this.#heardMs === undefined) return 'no answer to the first tick';
    return `no answer since ${new Date(this.#heardMs).toISOString()}`;
  }

  event(event: NetEventName, detail: string): void {
    const time = new Date().toISOString();
    this.#listener({
      kind: 'event',
      event: { type: 'event', node: this.#node, event, detail, time, interface: null },
    });
  }

  #tell(state: ContactState, detail: string | null): void {
    this.#state = state;
    this.#detail = detail;
    this.#listener({ kind: 'contact', contact: { node: this.#node, state, sinceMs: Date.now(), detail } });
  }
}
