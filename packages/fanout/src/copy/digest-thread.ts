// SHA-256 of large local files in a thread of its own, so that hashing and sending use two processors; also of files that
// are still being written. One thread for all files of a run: it lives while there is one to digest.
import { Worker } from 'node:worker_threads';
import { type ByteName, bytesOf } from './byte-name.ts';
import { type Answer, digestFiles, type Order } from './digest-files.ts';

/** A digest under way. Disposing it gives it up. */
export interface GrowingDigest extends Disposable {
  /** The file holds its final bytes up to here. */
  upTo(end: number): void;
  /** In hexadecimal, up to `end`. Rejects with the system's error when the file cannot be read. */
  finish(end: number): Promise<string>;
}

/** The thread is told about a file as often as it has grown by this. */
const stepBytes = 1024 * 1024;

export class DigestThread {
  readonly #answers = new Map<number, PromiseWithResolvers<string>>();
  #thread: Worker | undefined;
  #files = 0;

  begin(source: ByteName, from: number): GrowingDigest {
    const file = this.#files++;
    const answer = Promise.withResolvers<string>();
    answer.promise.catch(() => undefined);
    this.#answers.set(file, answer);
    let told = from;
    this.#tell({ file, opened: { path: bytesOf(source), from }, to: from, after: 'wait' });
    return {
      upTo: (end) => {
        if (end - told < stepBytes) return;
        told = end;
        this.#tell({ file, to: end, after: 'wait' });
      },
      finish: (end) => {
        this.#tell({ file, to: end, after: 'answer' });
        return answer.promise;
      },
      [Symbol.dispose]: () => {
        if (!this.#answers.has(file)) return;
        this.#tell({ file, to: 0, after: 'close' });
        answer.reject(new Error('given up'));
        this.#settled(file);
      },
    };
  }

  #tell(order: Order): void {
    if (!this.#answers.has(order.file)) return;
    this.#thread ??= this.#start();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
    this.#thread.postMessage(order);
  }

  #start(): Worker {
    // As text, because a bundle has no file of its own for the thread to start from.
    const thread = new Worker(`(${digestFiles.toString()})()`, { eval: true });
    thread.on('message', ({ file, digest, error }: Answer) => {
      if (digest === undefined) this.#answers.get(file)?.reject(error);
      else this.#answers.get(file)?.resolve(digest);
      this.#settled(file);
    });
    thread.once('error', (error) => this.#failed(thread, error));
    thread.once('exit', () => this.#failed(thread, new Error('the thread that digests ended early')));
    return thread;
  }

  #settled(file: number): void {
    this.#answers.delete(file);
    if (this.#answers.size > 0) return;
    void this.#thread?.terminate();
    this.#thread = undefined;
  }

  #failed(thread: Worker, error: unknown): void {
    if (this.#thread !== thread) return;
    this.#thread = undefined;
    for (const answer of this.#answers.values()) answer.reject(error);
    this.#answers.clear();
  }
}
