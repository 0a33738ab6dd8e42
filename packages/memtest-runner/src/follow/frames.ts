// Reads what node/follow-script.ts sends, piece by piece: lines that say what comes, and the bytes of files between them.
import { followMarker } from '../node/follow-script.ts';

export type Frame =
  /** More of a file, at its offset. */
  | { readonly kind: 'bytes'; readonly file: string; readonly offset: number; readonly bytes: Buffer }
  | {
      readonly kind: 'alive';
      readonly uptime: number;
      readonly wallClock: number;
      readonly bootId: string;
      readonly phase: string;
    }
  | { readonly kind: 'end'; readonly word: 'ended' | 'vanished' | 'no-run'; readonly outcome: string };

/** No line of ours is longer; what is longer comes from something else. */
const LONGEST_LINE = 1024;

export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);
  #begun = false;
  #file: { name: string; offset: number; left: number } | undefined;

  /** The frames that are whole with these bytes; a long file comes in several. */
  push(chunk: Uint8Array): Frame[] {
    this.#rest = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    const frames: Frame[] = [];
    for (let frame = this.#next(); frame !== undefined; frame = this.#next())
      if (frame !== null) frames.push(frame);
    return frames;
  }

  /** undefined: more bytes are needed. null: a line that tells nothing. */
  #next(): Frame | null | undefined {
    if (this.#file !== undefined) return this.#bytes(this.#file);
    const end = this.#rest.indexOf(0x0a);
    if (end === -1) {
      if (this.#rest.length > LONGEST_LINE) this.#rest = this.#rest.subarray(-LONGEST_LINE);
      return undefined;
    }
    const line = this.#rest.toString('utf8', 0, end);
    this.#rest = this.#rest.subarray(end + 1);
    if (!this.#begun) {
      this.#begun = line === followMarker;
      return null;
    }
    return this.#frame(line);
  }

  #bytes(file: { name: string; offset: number; left: number }): Frame | undefined {
    const bytes = this.#rest.subarray(0, file.left);
    if (bytes.length === 0) return undefined;
    this.#rest = this.#rest.subarray(bytes.length);
    const { name, offset } = file;
    const left = file.left - bytes.length;
    this.#file = left === 0 ? undefined : { name, offset: offset + bytes.length, left };
    return { kind: 'bytes', file: name, offset, bytes };
  }

  #frame(line: string): Frame | null {
    const [sign, first = '', second = '', third = '', fourth = ''] = line.split(' ');
    if (sign === '@' && /^\d+$/.test(second) && /^[1-9]\d*$/.test(third)) {
      this.#file = { name: first, offset: Number(second), left: Number(third) };
      return null;
    }
    if (sign === '=') {
      return {
        kind: 'alive',
        uptime: Number(first),
        wallClock: Number(second),
        bootId: third,
        phase: fourth,
      };
    }
    if (sign === '!' && (first === 'ended' || first === 'vanished' || first === 'no-run')) {
      return { kind: 'end', word: first, outcome: second };
    }
    return null;
  }
}
