// The wire between a client and an embedded node: where freezing and slowness happen, below SSH, without SSH knowing.
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** How the wire is; shared by all connections of a node and read anew for every chunk. */
export interface LinkConditions {
  /** Nothing passes, nothing is lost. */
  frozen: boolean;
  /** Added to what the node sends: to the round trip, as `tc netem` on the node's interface does. */
  delayMs: number;
  /** Each way; 0 is unlimited. */
  bytesPerSecond: number;
}

type Done = (error?: Error | null) => void;

export class Link extends Duplex {
  readonly #socket: Socket;
  readonly #conditions: LinkConditions;
  /** A write, or the end, that waits for the thaw. */
  #held: (() => void) | undefined;
  #hungry = false;
  /** A limited link takes the next chunk when the one before is through. */
  #resting = false;
  /** Chunks under way, in order, with the time they arrive. */
  readonly #underWay: { readonly chunk: Buffer | undefined; readonly due: number; readonly done: Done }[] =
    [];
  #timer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, conditions: LinkConditions) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    this.#conditions = conditions;
    socket.setNoDelay(true);
    socket.pause();
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  // Facts that ssh2 reads from what it takes for a socket.
  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }
  get remotePort(): number | undefined {
    return this.#socket.remotePort;
  }
  get remoteFamily(): string | undefined {
    return this.#socket.remoteFamily;
  }

  /** To be called when the conditions have changed. */
  update(): void {
    if (this.#conditions.frozen) {
      this.#socket.pause();
      return;
    }
    if (this.#hungry && !this.#resting) this.#socket.resume();
    const held = this.#held;
    this.#held = undefined;
    held?.();
  }

  override _read(): void {
    this.#hungry = true;
    if (!this.#conditions.frozen && !this.#resting) this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#send(chunk, done);
  }

  override _final(done: Done): void {
    this.#send(undefined, done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer);
    this.#socket.destroy();
    done(error);
  }

  #receive(chunk: Buffer): void {
    const { bytesPerSecond } = this.#conditions;
    this.#resting = bytesPerSecond > 0;
    // A reader that wants more may say so while it is given this.
    this.#hungry = false;
    if (this.push(chunk)) this.#hungry = true;
    if (!this.#hungry || this.#resting) this.#socket.pause();
    if (!this.#resting) return;
    setTimeout(
      () => {
        this.#resting = false;
        this.update();
      },
      (chunk.length / bytesPerSecond) * 1000,
    );
  }

  /** Sends a chunk, or the end of the stream. */
  #send(chunk: Buffer | undefined, done: Done): void {
    if (this.#conditions.frozen) {
      this.#held = () => this.#send(chunk, done);
      return;
    }
    const { delayMs, bytesPerSecond } = this.#conditions;
    const last = this.#underWay.at(-1);
    if (!last && delayMs === 0 && bytesPerSecond === 0) return this.#pass(chunk, done);
    const transmission = bytesPerSecond > 0 ? ((chunk?.length ?? 0) / bytesPerSecond) * 1000 : 0;
    const due = Math.max(performance.now() + delayMs, last?.due ?? 0) + transmission;
    // A limited link takes the next chunk when this one is through; a merely long one takes it at once.
    this.#underWay.push({ chunk, due, done: bytesPerSecond > 0 ? done : () => {} });
    if (bytesPerSecond === 0) done();
    this.#schedule();
  }

  #schedule(): void {
    const next = this.#underWay[0];
    if (!next || this.#timer) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#underWay.shift();
        this.#pass(next.chunk, next.done);
        this.#schedule();
      },
      Math.max(0, next.due - performance.now()),
    );
  }

  #pass(chunk: Buffer | undefined, done: Done): void {
    if (chunk) this.#socket.write(chunk, done);
    else this.#socket.end(done);
  }
}
