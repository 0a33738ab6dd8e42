// Public keys as found in files: `TYPE BASE64 COMMENT` lines, and the readable head of OpenSSH private keys.
import { keyTypeOf } from '../known-hosts/host-key.ts';

/** The key of a `.pub` file, in wire form; undefined when the text is not one. */
export function parsePublicKeyLine(text: string): Buffer | undefined {
  const [type, encoded] = text.trim().split(/\s+/);
  const key = Buffer.from(encoded ?? '', 'base64');
  return type !== undefined && keyTypeOf(key) === type ? key : undefined;
}

/** What PROTOCOL.key of OpenSSH leaves readable in every private key file; undefined for other formats. */
export interface OpensshKeyHead {
  readonly encrypted: boolean;
  readonly publicKey: Buffer;
}

/** Magic, cipher, KDF, its options, the number of keys, and the public key; only then what may be encrypted. */
export function parseOpensshKeyHead(text: string): OpensshKeyHead | undefined {
  const body = /^-----BEGIN OPENSSH PRIVATE KEY-----\s([\s\S]+?)-----END/.exec(text.trim())?.[1];
  if (body === undefined) return undefined;
  const bytes = Buffer.from(body, 'base64');
  let at = 'openssh-key-v1\0'.length;
  const field = () => {
    if (at + 4 > bytes.length) return undefined;
    const start = at + 4;
    at = start + bytes.readUInt32BE(at);
    return at <= bytes.length ? bytes.subarray(start, at) : undefined;
  };
  const cipher = field()?.toString();
  field();
  field();
  at += 4;
  const publicKey = field();
  return cipher === undefined || publicKey === undefined
    ? undefined
    : { encrypted: cipher !== 'none', publicKey };
}
