// Makes what a node wrote harmless on a terminal: escape and control sequences are shown, not obeyed.
// Only for terminals: files and pipes get the bytes as they are. Works on bytes, so invalid UTF-8 stays as it is.

const tab = 0x09;
const newline = 0x0a;
const carriageReturn = 0x0d;
const rubout = 0x7f;

/**
 * Shows control bytes as `\x1b`, except tab, newline and a carriage return before a newline.
 * C1 controls (ISO 6429) are covered both as UTF-8 (c2 80 to c2 9f) and as stray single bytes.
 * Returns the same array when there is nothing to do. Give it whole lines: a character that is cut in two at the
 * end of a chunk is kept, but the rest of it in the next chunk may be shown as `\x80`.
 */
export function neutralise(bytes: Uint8Array): Uint8Array {
  let at = firstHarmful(bytes, 0);
  if (at === bytes.length) return bytes;
  const parts: Uint8Array[] = [];
  let kept = 0;
  while (at < bytes.length) {
    parts.push(bytes.subarray(kept, at), shown(bytes[at] ?? 0));
    kept = at + 1;
    at = firstHarmful(bytes, kept);
  }
  parts.push(bytes.subarray(kept));
  return Buffer.concat(parts);
}

/** Offset of the next byte that must not reach a terminal; the length when there is none. */
function firstHarmful(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x20 && byte < rubout) at += 1;
    else if (byte >= 0x80) {
      const length = sequenceLength(bytes, at);
      if (length === 0 && byte < 0xa0) return at;
      if (length === 2 && byte === 0xc2 && (bytes[at + 1] ?? 0) < 0xa0) return at;
      at += Math.max(1, length);
    } else if (byte === tab || byte === newline) at += 1;
    else if (byte === carriageReturn && bytes[at + 1] === newline) at += 2;
    else return at;
  }
  return bytes.length;
}

/** Length of the UTF-8 sequence that starts here (RFC 3629), 0 if none does; one cut off by the end counts up to there. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  const length = lead >= 0xf0 && lead <= 0xf4 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
  if (length === 0 || lead > 0xf4) return 0;
  for (let offset = 1; offset < length; offset++) {
    if (at + offset === bytes.length) return offset;
    if (((bytes[at + offset] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return length;
}

function shown(byte: number): Uint8Array {
  return Buffer.from(`\\x${byte.toString(16).padStart(2, '0')}`);
}
