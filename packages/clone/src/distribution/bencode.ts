// Bencoding (BEP 3): what torrent files and answers of trackers are written in.

export type Bencoded =
  | number
  | string
  | Uint8Array
  | readonly Bencoded[]
  | { readonly [key: string]: Bencoded };

/** Dictionaries are written in the order of their keys' bytes, as the format wants it. */
export function bencode(value: Bencoded): Buffer {
  if (typeof value === 'number') return Buffer.from(`i${value}e`);
  if (typeof value === 'string') return bencode(Buffer.from(value));
  if (value instanceof Uint8Array) return Buffer.concat([Buffer.from(`${value.byteLength}:`), value]);
  if (isList(value)) return wrapped('l', value.map(bencode));
  const keys = Object.keys(value).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return wrapped(
    'd',
    keys.flatMap((key) => [bencode(key), bencode(value[key] ?? '')]),
  );
}

function isList(value: Bencoded): value is readonly Bencoded[] {
  return Array.isArray(value);
}

function wrapped(kind: 'l' | 'd', parts: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from(kind), ...parts, Buffer.from('e')]);
}
