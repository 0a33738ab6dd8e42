// Between the nodes that write and the one reader that iterates: a queue bounded in bytes, which asks its writers
// to pause when the reader is slow. One per run.

/** What the queue asks of its writers. */
export interface FlowControl {
  pause(): void;
  resume(): void;
}

/** A queue for one reader. Without a reader it holds events, unless {@link dropUnread} says nobody will come. */
export class EventQueue<Event> implements AsyncIterable<Event> {
  readonly #limitBytes: number;
  readonly #flow: FlowControl;
  #entries: Entry<Event>[] = [];
  #head = 0;
  #bytes = 0;
  #paused = false;
  #reader: 'none' | 'reading' | 'gone' = 'none';
  #unreadIsDropped = false;
  #end: { readonly error?: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(limitBytes: number, flow: FlowControl) {
    this.#limitBytes = limitBytes;
    this.#flow = flow;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** `bytes`: what the event weighs against the limit; 0 for events without output. */
  push(event: Event, bytes: number): void {
    if (this.#reader === 'gone' || (this.#reader === 'none' && this.#unreadIsDropped)) return;
    this.#entries.push({ event, bytes });
    this.#bytes += bytes;
    if (!this.#paused && this.#bytes > this.#limitBytes) {
      this.#paused = true;
      this.#flow.pause();
    }
    this.#wakeReader();
  }

  /** Nobody will iterate unless somebody does already: what is queued and what follows is dropped. */
  dropUnread(): void {
    this.#unreadIsDropped = true;
    if (this.#reader === 'none') this.#discard();
  }

  /** No event follows; with an error the reader gets it after the last event. */
  finish(end: { readonly error?: unknown } = {}): void {
    this.#end ??= end;
    this.#wakeReader();
  }

  /** No event follows what this promise stands for; its error is the reader's. Never rejects. */
  async finishAfter(work: Promise<unknown>): Promise<void> {
    await work.then(
      () => this.finish(),
      (error: unknown) => this.finish({ error }),
    );
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Event> {
    if (this.#reader !== 'none') throw new Error('the events of a run can be read once');
    this.#reader = 'reading';
    try {
      for (;;) {
        const entry = this.#shift();
        if (entry !== undefined) yield entry.event;
        else if (this.#end === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
        else if ('error' in this.#end) throw this.#end.error;
        else return;
      }
    } finally {
      this.#reader = 'gone';
      this.#discard();
    }
  }

  #shift(): Entry<Event> | undefined {
    const entry = this.#entries[this.#head];
    if (entry === undefined) return undefined;
    this.#head += 1;
    if (this.#head === this.#entries.length) {
      this.#entries = [];
      this.#head = 0;
    } else if (this.#head === 1024) {
      this.#entries.splice(0, this.#head);
      this.#head = 0;
    }
    this.#bytes -= entry.bytes;
    this.#resumeWriters();
    return entry;
  }

  #discard(): void {
    this.#entries = [];
    this.#head = 0;
    this.#bytes = 0;
    this.#resumeWriters();
  }

  #resumeWriters(): void {
    if (!this.#paused || this.#bytes > this.#limitBytes / 2) return;
    this.#paused = false;
    this.#flow.resume();
  }

  #wakeReader(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}

interface Entry<Event> {
  readonly event: Event;
  readonly bytes: number;
}
