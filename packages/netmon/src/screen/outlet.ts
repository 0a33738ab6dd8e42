// The way to the terminal that never waits for it: while the last frame has not gone out whole it is `busy`, and frames
// are left out meanwhile. Node's own stdout blocks the process while a terminal does not read.
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';

export interface Outlet {
  /** The terminal has not taken everything yet. */
  readonly busy: boolean;
  /** Only while not busy. */
  write(bytes: Uint8Array): void;
  /** The last words: at once, in place of what is still waiting; gives up when the terminal takes nothing. */
  end(bytes: Uint8Array): void;
}

const retryMs = 10;
const lastWordsTries = 50;
/** CAN: ends a control sequence that was cut off (ECMA-48, 8.3.6; VT500 parsers). */
const cancel = Uint8Array.of(0x18);

/** @param failed the terminal is gone: EIO, EPIPE */
export function openOutlet(stdout: Writable, failed: (error: unknown) => void): Outlet {
  const descriptor = ownDescriptor(stdout);
  return descriptor === undefined ? new StreamOutlet(stdout) : new DescriptorOutlet(descriptor, failed);
}

/** The terminal opened once more, so that only this opening of it is non-blocking (open(2)), not the shell's. */
function ownDescriptor(stdout: Writable): number | undefined {
  if (!('isTTY' in stdout && stdout.isTTY === true && 'fd' in stdout && typeof stdout.fd === 'number')) {
    return undefined;
  }
  try {
    const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
    return openSync(`/proc/self/fd/${stdout.fd}`, O_WRONLY | O_NONBLOCK | O_NOCTTY);
  } catch {
    // The terminal of another user, after su(1).
    return undefined;
  }
}

class DescriptorOutlet implements Outlet {
  readonly #descriptor: number;
  readonly #failed: (error: unknown) => void;
  #waiting: Uint8Array = new Uint8Array(0);
  #timer: NodeJS.Timeout | undefined;
  #cut = false;
  #open = true;

  constructor(descriptor: number, failed: (error: unknown) => void) {
    this.#descriptor = descriptor;
    this.#failed = failed;
  }

  get busy(): boolean {
    return this.#waiting.length > 0;
  }

  write(bytes: Uint8Array): void {
    if (!this.#open) return;
    this.#waiting = bytes;
    this.#cut = false;
    this.#push();
  }

  end(bytes: Uint8Array): void {
    clearTimeout(this.#timer);
    if (!this.#open) return;
    this.#open = false;
    this.#waiting = this.#cut ? Buffer.concat([cancel, bytes]) : bytes;
    try {
      for (let tries = 0; tries < lastWordsTries && this.#waiting.length > 0; tries++) {
        if (!this.#take()) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, retryMs);
      }
    } catch {
      // There is no terminal left to put in order.
    } finally {
      closeSync(this.#descriptor);
    }
  }

  #push(): void {
    try {
      while (this.#waiting.length > 0) {
        if (this.#take()) continue;
        this.#timer = setTimeout(() => this.#push(), retryMs);
        return;
      }
    } catch (error) {
      this.#waiting = new Uint8Array(0);
      this.#failed(error);
    }
  }

  /** @returns false when the terminal is full */
  #take(): boolean {
    try {
      const written = writeSync(this.#descriptor, this.#waiting);
      this.#waiting = this.#waiting.subarray(written);
      this.#cut = this.#waiting.length > 0;
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return false;
      throw error;
    }
  }
}

/** What is no terminal of ours: a stream in a test, a terminal that may not be opened again. */
class StreamOutlet implements Outlet {
  readonly #stream: Writable;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  get busy(): boolean {
    return this.#stream.writableNeedDrain;
  }

  write(bytes: Uint8Array): void {
    this.#stream.write(bytes);
  }

  end(bytes: Uint8Array): void {
    if (this.#stream.writable) this.#stream.write(bytes);
  }
}
