// Reads output that has been prefixed already (`node: text`, by dsh, pdsh or clush) back into events.
import { isHostName } from '@heorot/inventory';

const newline = 0x0a;
const colon = 0x3a;
const blank = 0x20;

export interface PrefixedChunk {
  readonly node: string;
  /** Whole lines without their prefixes; of the last line of the input, the final newline may be missing. */
  readonly data: Uint8Array;
}

/** Push-based, so that chunks of a file need not end where lines end. */
export class PrefixedLines {
  #rest: Uint8Array = new Uint8Array(0);
  /** Lines that bear no node's name. */
  strangers = 0;

  /** Lines of the same node that follow each other come as one piece. */
  *push(data: Uint8Array): Generator<PrefixedChunk> {
    const bytes = this.#rest.length === 0 ? data : Buffer.concat([this.#rest, data]);
    const end = bytes.lastIndexOf(newline) + 1;
    this.#rest = bytes.slice(end);
    if (end > 0) yield* this.#split(bytes.subarray(0, end));
  }

  *end(): Generator<PrefixedChunk> {
    if (this.#rest.length > 0) yield* this.#split(this.#rest);
    this.#rest = new Uint8Array(0);
  }

  *#split(lines: Uint8Array): Generator<PrefixedChunk> {
    const text = Buffer.allocUnsafe(lines.length);
    let node = '';
    let pieceStart = 0;
    let used = 0;
    for (let at = 0; at < lines.length; ) {
      const next = lines.indexOf(newline, at) + 1 || lines.length;
      const name = startsWithName(lines, at, node) ? node : nameAt(lines, at, next);
      if (name === undefined) {
        this.strangers += 1;
      } else {
        if (name !== node && used > pieceStart) yield { node, data: text.subarray(pieceStart, used) };
        if (name !== node) pieceStart = used;
        node = name;
        const afterColon = at + name.length + 1;
        const from = lines[afterColon] === blank ? afterColon + 1 : afterColon;
        text.set(lines.subarray(from, next), used);
        used += next - from;
      }
      at = next;
    }
    if (used > pieceStart) yield { node, data: text.subarray(pieceStart, used) };
  }
}

/** The usual case, without making a string: the same node as on the line before. */
function startsWithName(lines: Uint8Array, at: number, node: string): boolean {
  if (node === '' || lines[at + node.length] !== colon) return false;
  for (let i = 0; i < node.length; i++) if (lines[at + i] !== node.charCodeAt(i)) return false;
  return true;
}

function nameAt(lines: Uint8Array, at: number, end: number): string | undefined {
  const stop = lines.indexOf(colon, at);
  if (stop === -1 || stop >= end) return undefined;
  const name = Buffer.from(lines.buffer, lines.byteOffset + at, stop - at).toString('latin1');
  return isHostName(name) ? name : undefined;
}
