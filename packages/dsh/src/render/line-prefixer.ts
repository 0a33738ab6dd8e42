// Puts a prefix before each line of one stream of one node. Works on whole chunks: a string for each line of a
// hundred megabytes would cost ten times as much. Carriage returns, NULs and broken UTF-8 are bytes like any other.
import type { ByteSink } from './byte-sink.ts';

const newline = 0x0a;

export class LinePrefixer {
  readonly #sink: Pick<ByteSink, 'write' | 'reserve' | 'harmless'>;
  readonly #prefix: Uint8Array;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;

  constructor(sink: Pick<ByteSink, 'write' | 'reserve' | 'harmless'>, prefix: Uint8Array | string) {
    this.#sink = sink;
    this.#prefix = Buffer.from(prefix);
  }

  /** Bytes held back because their line has not ended. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Writes the lines that this chunk completes, each with its prefix. */
  push(data: Uint8Array): void {
    const end = data.lastIndexOf(newline) + 1;
    if (end > 0) {
      const first = this.#pendingBytes === 0 ? 0 : data.indexOf(newline) + 1;
      if (first > 0) this.#writePending(data.subarray(0, first));
      this.#writeLines(data.subarray(first, end));
    }
    if (end < data.length) this.#keep(data.subarray(end));
  }

  /** Writes what is left as it is, followed by `ending`. */
  end(ending: '\n' | ''): void {
    if (this.#pendingBytes > 0) this.#writePending(Buffer.from(ending));
  }

  /** Copied: a small rest must not keep the large packet alive that it came in. */
  #keep(rest: Uint8Array): void {
    this.#pending.push(Uint8Array.prototype.slice.call(rest));
    this.#pendingBytes += rest.length;
  }

  /** A line that came in pieces: written piece by piece, it may be very long. */
  #writePending(last: Uint8Array): void {
    const { harmless } = this.#sink;
    const pieces = [...this.#pending, last];
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#sink.write(this.#prefix);
    if (harmless === undefined) for (const piece of pieces) this.#sink.write(piece);
    else this.#sink.write(harmless(Buffer.concat(pieces)));
  }

  #writeLines(raw: Uint8Array): void {
    if (raw.length === 0) return;
    const lines = this.#sink.harmless === undefined ? raw : this.#sink.harmless(raw);
    if (this.#prefix.length === 0) this.#sink.write(lines);
    else
      prefixLines(
        lines,
        this.#prefix,
        this.#sink.reserve(lines.length + countNewlines(lines) * this.#prefix.length),
      );
  }
}

/** `lines` ends in a newline; `out` has the size of the result. */
function prefixLines(lines: Uint8Array, prefix: Uint8Array, out: Uint8Array): void {
  let to = 0;
  let lineStart = true;
  for (let from = 0; from < lines.length; from++) {
    if (lineStart) {
      out.set(prefix, to);
      to += prefix.length;
    }
    const byte = lines[from] ?? 0;
    out[to++] = byte;
    lineStart = byte === newline;
  }
}

function countNewlines(data: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < data.length; i++) if (data[i] === newline) count += 1;
  return count;
}
