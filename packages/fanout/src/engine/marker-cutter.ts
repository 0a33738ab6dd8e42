// Cuts our own marker lines (`TOKEN word`) out of what a node writes and leaves every other byte as it was. The
// shell says through them who it is (`TOKEN 4711`), that sudo asks (`TOKEN password`), that input may come (`TOKEN go`).

const newline = 0x0a;
/** The longest word of a marker, with its blank and a carriage return (a terminal adds one). */
const longestTail = 24;

export interface CutterSinks {
  data(chunk: Buffer): void;
  marker(word: string): void;
}

/** A filter for one stream. A token holds 128 random bits, so that nothing but our own lines matches. */
export class MarkerCutter {
  readonly #token: Buffer;
  readonly #sinks: CutterSinks;
  #held: Buffer | undefined;
  #open: boolean;

  constructor(token: string, open: boolean, sinks: CutterSinks) {
    this.#token = Buffer.from(token, 'latin1');
    this.#open = !open;
    this.#sinks = sinks;
  }

  /** From here on every byte passes: no marker is expected any more. */
  release(): void {
    this.#open = true;
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined && held.length > 0) this.#sinks.data(held);
  }

  write(chunk: Buffer): void {
    let rest = this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = undefined;
    while (!this.#open) {
      const at = rest.indexOf(this.#token);
      if (at < 0) return this.#holdBack(rest, rest.length - overlap(rest, this.#token));
      const word = markerWord(rest, at + this.#token.length);
      if (word.kind === 'unfinished') return this.#holdBack(rest, at);
      this.#pass(rest.subarray(0, word.kind === 'word' ? at : word.end));
      rest = rest.subarray(word.end);
      if (word.kind === 'word') this.#sinks.marker(word.text);
    }
    this.#pass(rest);
  }

  #holdBack(rest: Buffer, from: number): void {
    this.#pass(rest.subarray(0, from));
    if (from < rest.length) this.#held = rest.subarray(from);
  }

  #pass(chunk: Buffer): void {
    if (chunk.length > 0) this.#sinks.data(chunk);
  }
}

type Word =
  | { readonly kind: 'word'; readonly text: string; readonly end: number }
  | { readonly kind: 'other'; readonly end: number }
  | { readonly kind: 'unfinished' };

function markerWord(bytes: Buffer, from: number): Word {
  const limit = Math.min(bytes.length, from + longestTail);
  const end = bytes.subarray(from, limit).indexOf(newline);
  if (end < 0) return limit < from + longestTail ? { kind: 'unfinished' } : { kind: 'other', end: from };
  const text = /^ ([0-9a-z]+)\r?$/.exec(bytes.toString('latin1', from, from + end))?.[1];
  return text === undefined ? { kind: 'other', end: from } : { kind: 'word', text, end: from + end + 1 };
}

/** Length of the longest end of `bytes` that begins `token`. */
function overlap(bytes: Buffer, token: Buffer): number {
  for (let length = Math.min(token.length - 1, bytes.length); length > 0; length -= 1) {
    if (bytes.subarray(bytes.length - length).equals(token.subarray(0, length))) return length;
  }
  return 0;
}
