// Puts a prefix before each line of one stream of one node. Works on whole chunks: a string for each line of a
// hundred megabytes would cost ten times as much. Carriage returns, NULs and broken UTF-8 are bytes like any other.

const newline = 0x0a;

/** Makes whole lines harmless for a terminal. */
type Clean = ((lines: Uint8Array) => Uint8Array) | undefined;

export class LinePrefixer {
  readonly #prefix: Uint8Array;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;

  constructor(prefix: Uint8Array) {
    this.#prefix = prefix;
  }

  /** Bytes held back because their line has not ended. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** The lines that this chunk completes, each with its prefix; undefined when it completes none. */
  push(data: Uint8Array, clean?: Clean): Uint8Array | undefined {
    const end = data.lastIndexOf(newline) + 1;
    if (end === 0) {
      this.#keep(data);
      return undefined;
    }
    const lines = this.#take(data.subarray(0, end));
    this.#keep(data.subarray(end));
    return prefixLines(clean === undefined ? lines : clean(lines), this.#prefix);
  }

  /** What is left at the end, as a line; a final newline is added so that the next node's line stands alone. */
  end(clean?: Clean): Uint8Array | undefined {
    if (this.#pendingBytes === 0) return undefined;
    const line = this.#take(Uint8Array.of(newline));
    return prefixLines(clean === undefined ? line : clean(line), this.#prefix);
  }

  /** Copied: a small rest must not keep the large packet alive that it came in. */
  #keep(rest: Uint8Array): void {
    if (rest.length === 0) return;
    this.#pending.push(Uint8Array.prototype.slice.call(rest));
    this.#pendingBytes += rest.length;
  }

  #take(rest: Uint8Array): Uint8Array {
    if (this.#pendingBytes === 0) return rest;
    const all = Buffer.concat([...this.#pending, rest], this.#pendingBytes + rest.length);
    this.#pending = [];
    this.#pendingBytes = 0;
    return all;
  }
}

/** `lines` ends in a newline. */
function prefixLines(lines: Uint8Array, prefix: Uint8Array): Uint8Array {
  if (prefix.length === 0) return lines;
  const out = Buffer.allocUnsafe(lines.length + countNewlines(lines) * prefix.length);
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
  return out;
}

function countNewlines(data: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < data.length; i++) if (data[i] === newline) count += 1;
  return count;
}
