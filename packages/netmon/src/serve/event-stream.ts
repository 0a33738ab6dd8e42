// One reader of server-sent events (html.spec.whatwg.org, 9.2). Frames are never queued: while the reader has not taken the
// last one, newer ones replace each other, and it gets the one that is newest when it is ready.
import type { ServerResponse } from 'node:http';

/** A phone that went out of reach says no farewell: it must not hold a place until TCP gives up. */
const mostStuckMs = 60_000;

export class EventStream implements Disposable {
  readonly #response: ServerResponse;
  /** Made when it can be sent, so that a slow reader costs nothing. */
  #waiting: (() => string) | undefined;
  #stuckSinceMs: number | undefined;

  /** @param retryMs after which a reader that was cut off comes back */
  constructor(response: ServerResponse, retryMs = 1000) {
    this.#response = response;
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
    });
    response.on('drain', () => {
      this.#stuckSinceMs = undefined;
      this.#sendWaiting();
    });
    response.write(`retry: ${retryMs}\n\n`);
  }

  /** What must not be lost: only for what is small and comes once. */
  insist(text: string): void {
    if (!this.#response.writableEnded) this.#response.write(text);
  }

  /** Replaces what waits. Ends with a reader who has taken nothing for a minute. */
  offer(text: () => string, nowMs: number = performance.now()): void {
    this.#waiting = text;
    if (!this.#response.writableNeedDrain) return this.#sendWaiting();
    this.#stuckSinceMs ??= nowMs;
    if (nowMs - this.#stuckSinceMs > mostStuckMs) this.#response.destroy();
  }

  [Symbol.dispose](): void {
    this.#waiting = undefined;
    this.#response.end();
  }

  #sendWaiting(): void {
    const text = this.#waiting?.();
    this.#waiting = undefined;
    if (text !== undefined) this.insist(text);
  }
}

/** JSON holds no line feeds, so one data line is enough. */
export function eventText(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
