// Paths as text: file names are bytes, and not all of them are UTF-8. What is not, and control characters, stand as \xHH.
import { isUtf8 } from 'node:buffer';

/** Bytes to text; reversed by {@link pathBytes}. */
export function pathText(bytes: Uint8Array): string {
  const escaped = (text: string): string =>
    // oxlint-disable-next-line no-control-regex -- they are what is escaped.
    text.replace(/[\\\x00-\x20\x7f]/g, (char) => hex(char.charCodeAt(0)));
  if (isUtf8(bytes)) return escaped(Buffer.from(bytes).toString('utf8'));
  return [...bytes].map((byte) => (byte < 0x80 ? escaped(String.fromCharCode(byte)) : hex(byte))).join('');
}

/** Text to bytes. */
export function pathBytes(text: string): Uint8Array {
  const parts = text.split(/\\x([0-9a-f]{2})/);
  return Buffer.concat(parts.map((part, index) => Buffer.from(part, index % 2 === 1 ? 'hex' : 'utf8')));
}

function hex(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}
