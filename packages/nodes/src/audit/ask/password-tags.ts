// HMAC-SHA-256 (RFC 2104) of password hashes, made on the node by printf and sha256sum alone: a hash never travels.

const blockBytes = 64;

/** The two padded keys as octal escapes for printf(1). */
export function hmacPads(key: Uint8Array): { readonly inner: string; readonly outer: string } {
  const padded = Buffer.alloc(blockBytes);
  padded.set(key);
  return { inner: escaped(padded, 0x36), outer: escaped(padded, 0x5c) };
}

function escaped(padded: Uint8Array, mask: number): string {
  return Array.from(padded, (byte) => `\\${(byte ^ mask).toString(8).padStart(3, '0')}`).join('');
}
