// Sends batches to a remote-write receiver, one after the other, the oldest first. While it cannot, batches wait in a queue
// with an end: the oldest are dropped, counted and told.
import { setTimeout as delay } from 'node:timers/promises';

export interface PusherOptions {
  readonly url: URL;
  /** Sent as a bearer. */
  readonly token?: string;
  readonly say: (line: string) => void;
  readonly send?: typeof fetch;
  /** Of what waits; default 32 MiB: an hour of a hundred nodes. */
  readonly mostBytes?: number;
  /** First and longest wait after a failure. */
  readonly backoffMs?: { readonly first: number; readonly longest: number };
}

type Sent = { readonly kind: 'done' } | { readonly kind: 'again' | 'refused'; readonly why: string };

const sendTimeoutMs = 30_000;

export class Pusher implements AsyncDisposable {
  readonly #options: PusherOptions;
  readonly #stop = new AbortController();
  #queue: Uint8Array[] = [];
  #bytes = 0;
  #dropped = 0;
  #refused = 0;
  #working: Promise<void> | undefined;
  #failing = false;
  #closing = false;

  constructor(options: PusherOptions) {
    this.#options = options;
  }

  /** Batches that were given up: too many waited, or the receiver refused them. */
  get lost(): number {
    return this.#dropped + this.#refused;
  }

  /** @param batch a compressed WriteRequest */
  offer(batch: Uint8Array): void {
    this.#queue.push(batch);
    this.#bytes += batch.length;
    while (this.#bytes > (this.#options.mostBytes ?? 32 * 1024 * 1024)) {
      this.#take();
      this.#dropped += 1;
      if (this.#dropped === 1) this.#options.say('push: too many batches wait: the oldest are dropped');
    }
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
  }

  /** One more try for what waits, then the end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true;
    if (!this.#failing) await Promise.race([this.#working, delay(2000, undefined, { ref: false })]);
    this.#stop.abort();
    await this.#working;
    if (this.lost > 0) this.#options.say(`push: ${this.lost} batches were lost`);
  }

  async #work(): Promise<void> {
    const { first, longest } = this.#options.backoffMs ?? { first: 1000, longest: 60_000 };
    let wait = first;
    for (
      let batch = this.#queue[0];
      batch !== undefined && !this.#stop.signal.aborted;
      [batch] = this.#queue
    ) {
      const sent = await this.#send(batch);
      if (sent.kind === 'again') {
        this.#tellFailing(sent.why);
        if (this.#closing) return;
        await delay(wait, undefined, { signal: this.#stop.signal }).catch(() => undefined);
        wait = Math.min(wait * 2, longest);
        continue;
      }
      wait = first;
      // It may have been dropped while it was on its way.
      if (this.#queue[0] === batch) this.#take();
      if (sent.kind === 'refused') this.#tellRefused(sent.why);
      else this.#tellWell();
    }
  }

  #take(): void {
    this.#bytes -= this.#queue.shift()?.length ?? 0;
  }

  /** Which answers are final is told by the specification, "Retries & Backoff". */
  async #send(batch: Uint8Array): Promise<Sent> {
    const { url, token, send = fetch } = this.#options;
    try {
      const response = await send(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-protobuf',
          'content-encoding': 'snappy',
          'x-prometheus-remote-write-version': '0.1.0',
          'user-agent': 'netmon',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body: Buffer.from(batch),
        redirect: 'error',
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(sendTimeoutMs)]),
      });
      const said = (await response.text()).trim().slice(0, 200);
      if (response.ok) return { kind: 'done' };
      const why = `${response.status} ${said}`.trim();
      return { kind: response.status >= 500 || response.status === 429 ? 'again' : 'refused', why };
    } catch (error) {
      return { kind: 'again', why: reasonOf(error) };
    }
  }

  #tellFailing(why: string): void {
    if (!this.#failing && !this.#stop.signal.aborted) {
      this.#options.say(`push: ${this.#options.url.host} does not take it: ${why}; trying again`);
    }
    this.#failing = true;
  }

  #tellWell(): void {
    if (this.#failing)
      this.#options.say(`push: ${this.#options.url.host} takes it again; ${this.#dropped} batches dropped`);
    this.#failing = false;
  }

  #tellRefused(why: string): void {
    this.#refused += 1;
    if (this.#refused === 1) this.#options.say(`push: ${this.#options.url.host} refuses: ${why}`);
  }
}

/** fetch hides the reason below `fetch failed`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
