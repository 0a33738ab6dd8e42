// The ssh host key of a node, made on the head: so its public half is known before the node first answers.
// Formats: RFC 8709 (ed25519), openssh PROTOCOL.key (private key file).
import { generateKeyPairSync, randomBytes } from 'node:crypto';

export interface SshHostKey {
  /** An OpenSSH private key file. */
  readonly privateKey: string;
  /** `ssh-ed25519 AAAA... comment`, without a line end. */
  readonly publicKey: string;
  /** The key as known_hosts holds it. */
  readonly blob: Buffer;
}

const keyType = 'ssh-ed25519';

/** A new ed25519 key. Taken from the JWK form, where both halves have always 32 bytes. */
export function makeSshHostKey(comment: string): SshHostKey {
  const { x = '', d = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const publicBytes = Buffer.from(x, 'base64url');
  const blob = Buffer.concat([field(keyType), field(publicBytes)]);
  const check = randomBytes(4);
  const inner = Buffer.concat([
    check,
    check,
    blob,
    field(Buffer.concat([Buffer.from(d, 'base64url'), publicBytes])),
    field(comment),
  ]);
  // Padded with 1, 2, 3, ... to the block size of the cipher, which is 8 for "none".
  const padding = Buffer.from(Array.from({ length: (8 - (inner.length % 8)) % 8 }, (_, index) => index + 1));
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    uint32(1),
    field(blob),
    field(Buffer.concat([inner, padding])),
  ]);
  const lines = file.toString('base64').match(/.{1,70}/g) ?? [];
  return {
    privateKey: `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`,
    publicKey: `${keyType} ${blob.toString('base64')} ${comment}`,
    blob,
  };
}

function field(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
