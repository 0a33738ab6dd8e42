// Bytes for JSON: text where they are UTF-8, base64 where they are not. Chunks may cut a character in two.
import { isUtf8 } from 'node:buffer';

export type Encoded = { readonly text: string } | { readonly base64: string };

export function encode(bytes: Uint8Array): Encoded {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isUtf8(bytes) ? { text: buffer.toString('utf8') } : { base64: buffer.toString('base64') };
}

/** How many bytes at the end are the beginning of a character that is not all there (RFC 3629); 0 to 3. */
export function cutCharacterBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}
