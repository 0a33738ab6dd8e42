// Reads the archives a node's tar writes, as they come: ustar, GNU long names and pax headers, several archives one
// after the other. Only what copies need: names, types, contents. Source: tar(5).
import { type ByteName, nameOfBytes } from './byte-name.ts';
import { tarBlock } from './tar-header.ts';

export interface TarSink {
  /** A member begins; its content follows in pieces, then `end`. */
  begin(member: { readonly name: ByteName; readonly type: string; readonly target: ByteName }): void;
  content(piece: Buffer): void;
  end(): void;
}

/** Holds at most a header and one long name in memory. @throws Error for what is no archive */
export class TarReader {
  readonly #sink: TarSink;
  #pending: Buffer = Buffer.alloc(0);
  /** Bytes of content still to come, and the padding after them. */
  #content = 0;
  #padding = 0;
  #extension: { readonly type: string; readonly parts: Buffer[] } | undefined;
  #inMember = false;
  #overrides: { name?: ByteName; target?: ByteName; size?: number } = {};

  constructor(sink: TarSink) {
    this.#sink = sink;
  }

  write(chunk: Buffer): void {
    let rest = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    for (;;) {
      if (this.#content > 0) {
        if (rest.length === 0) break;
        const piece = rest.subarray(0, this.#content);
        this.#content -= piece.length;
        rest = rest.subarray(piece.length);
        if (this.#extension === undefined) this.#sink.content(piece);
        else this.#extension.parts.push(Buffer.from(piece));
        continue;
      }
      this.#endMember();
      const skipped = Math.min(this.#padding, rest.length);
      this.#padding -= skipped;
      rest = rest.subarray(skipped);
      if (this.#padding > 0 || rest.length < tarBlock) break;
      this.#header(rest.subarray(0, tarBlock));
      rest = rest.subarray(tarBlock);
    }
    this.#pending = Buffer.from(rest);
  }

  #header(block: Buffer): void {
    if (block.every((byte) => byte === 0)) return;
    checkSum(block);
    const type = String.fromCharCode(block[156] ?? 0);
    const size = this.#overrides.size ?? numberAt(block, 124, 12);
    this.#content = type === '0' || type === '\0' || type === '7' || 'LKxg'.includes(type) ? size : 0;
    this.#padding = (tarBlock - (this.#content % tarBlock)) % tarBlock;
    if ('LKxg'.includes(type)) {
      if (size > 1024 * 1024) throw new Error('a name in the archive is longer than 1 MiB');
      this.#extension = { type, parts: [] };
      return;
    }
    const prefix = block.toString('latin1', 257, 263) === 'ustar\0' ? textAt(block, 345, 155) : '';
    const name = this.#overrides.name ?? (prefix === '' ? '' : `${prefix}/`) + textAt(block, 0, 100);
    const target = this.#overrides.target ?? textAt(block, 157, 100);
    this.#overrides = {};
    this.#inMember = true;
    this.#sink.begin({ name, type, target });
  }

  #endMember(): void {
    const extension = this.#extension;
    this.#extension = undefined;
    if (extension !== undefined) this.#extend(extension.type, Buffer.concat(extension.parts));
    else if (this.#inMember) {
      this.#inMember = false;
      this.#sink.end();
    }
  }

  #extend(type: string, content: Buffer): void {
    if (type === 'L') this.#overrides.name = cString(content);
    else if (type === 'K') this.#overrides.target = cString(content);
    else if (type === 'x') this.#extendPax(content.toString('latin1'));
  }

  /** Records `LENGTH KEYWORD=VALUE\n`, the length counting itself. */
  #extendPax(records: string): void {
    for (let at = 0; at < records.length; ) {
      const length = Number.parseInt(records.slice(at), 10);
      if (!(length > 0)) throw new Error('a pax header in the archive is damaged');
      const record = records.slice(at, at + length - 1);
      const [, key = '', value = ''] = /^\d+ ([^=]*)=(.*)$/s.exec(record) ?? [];
      if (key === 'path') this.#overrides.name = value;
      else if (key === 'linkpath') this.#overrides.target = value;
      else if (key === 'size') this.#overrides.size = Number(value);
      at += length;
    }
  }
}

const cString = (bytes: Buffer): ByteName => {
  const end = bytes.indexOf(0);
  return nameOfBytes(end < 0 ? bytes : bytes.subarray(0, end));
};

const textAt = (block: Buffer, at: number, length: number): ByteName =>
  cString(block.subarray(at, at + length));

/** Octal, or GNU's base 256 for what does not fit. */
function numberAt(block: Buffer, at: number, length: number): number {
  if (((block[at] ?? 0) & 0x80) !== 0) return block.readUIntBE(at + length - 6, 6);
  return Number.parseInt(textAt(block, at, length).trim() || '0', 8);
}

function checkSum(block: Buffer): void {
  const sum = block.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
  if (sum !== numberAt(block, 148, 8)) throw new Error('what came from tar is no archive');
}
