// The block format of Snappy (github.com/google/snappy, format_description.txt), which remote write wants: the length, then
// literals and copies of at most 64 bytes from at most 64 KiB before. Greedy, by a table of what four bytes stood where.

const tableBits = 14;
const farthest = 0xffff;
const shortestMatch = 4;
const longestCopy = 64;

/** @example snappyBlock(new TextEncoder().encode('aaaa…')) */
export function snappyBlock(input: Uint8Array): Uint8Array {
  // As the reference does: the longest that it can become.
  const output = new Uint8Array(32 + input.length + Math.floor(input.length / 6));
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  const table = new Int32Array(1 << tableBits).fill(-1);
  let end = writeVarint(output, 0, input.length);
  let literalFrom = 0;
  let at = 0;
  while (at + shortestMatch <= input.length) {
    const word = view.getUint32(at, true);
    const slot = Math.imul(word, 0x1e35a7bd) >>> (32 - tableBits);
    const before = table[slot] ?? -1;
    table[slot] = at;
    if (before < 0 || at - before > farthest || view.getUint32(before, true) !== word) {
      at += 1;
      continue;
    }
    end = writeLiteral(output, end, input.subarray(literalFrom, at));
    let length = shortestMatch;
    while (at + length < input.length && input[before + length] === input[at + length]) length += 1;
    end = writeCopies(output, end, at - before, length);
    at += length;
    literalFrom = at;
  }
  end = writeLiteral(output, end, input.subarray(literalFrom));
  return output.subarray(0, end);
}

/** Tag 00: up to 60 bytes by the tag itself, longer ones with one to four bytes of length. */
function writeLiteral(output: Uint8Array, start: number, literal: Uint8Array): number {
  if (literal.length === 0) return start;
  let end = start;
  const less = literal.length - 1;
  if (less < 60) output[end++] = less << 2;
  else {
    const bytes = less < 0x100 ? 1 : less < 0x1_0000 ? 2 : less < 0x100_0000 ? 3 : 4;
    output[end++] = (59 + bytes) << 2;
    for (let byte = 0; byte < bytes; byte++) output[end++] = (less >>> (8 * byte)) & 0xff;
  }
  output.set(literal, end);
  return end + literal.length;
}

/** Tag 10: a copy of 1 to 64 bytes from an offset of two bytes; long matches are several. */
function writeCopies(output: Uint8Array, start: number, offset: number, length: number): number {
  let end = start;
  for (let left = length; left > 0; ) {
    const piece = Math.min(left, longestCopy);
    output[end++] = ((piece - 1) << 2) | 2;
    output[end++] = offset & 0xff;
    output[end++] = offset >>> 8;
    left -= piece;
  }
  return end;
}

function writeVarint(output: Uint8Array, start: number, value: number): number {
  let [end, rest] = [start, value];
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) output[end++] = (rest % 0x80) | 0x80;
  output[end++] = rest;
  return end;
}
