// Keys of a lab: of the user and of every node, in OpenSSH's own formats.
import { createHash } from 'node:crypto';

export type KeyType = 'ed25519' | 'ecdsa' | 'rsa';

export interface KeyPair {
  /** OpenSSH private key file (PROTOCOL.key). */
  readonly privateKey: string;
  /** `ssh-ed25519 AAAA...`, without a comment. */
  readonly publicKey: string;
  /** `SHA256:...` as ssh-keygen -l prints it. */
  readonly fingerprint: string;
}

/**
 * Makes a key pair: about 0.2 ms for ed25519.
 * @param passphrase makes an encrypted ed25519 key; few bcrypt rounds, for it guards nothing
 */
export async function generateKeyPair(type: KeyType = 'ed25519', passphrase?: string): Promise<KeyPair> {
  const pair = await makePair(type, passphrase);
  const publicKey = pair.public.trim();
  return { privateKey: pair.private, publicKey, fingerprint: fingerprintOf(publicKey) };
}

async function makePair(
  type: KeyType,
  passphrase: string | undefined,
): Promise<{ private: string; public: string }> {
  const { utils } = (await import('ssh2')).default;
  if (passphrase !== undefined) {
    return utils.generateKeyPairSync('ed25519', { passphrase, cipher: 'aes256-ctr', rounds: 2 });
  }
  switch (type) {
    case 'ed25519':
      return utils.generateKeyPairSync('ed25519');
    case 'ecdsa':
      return utils.generateKeyPairSync('ecdsa', { bits: 256 });
    case 'rsa':
      return utils.generateKeyPairSync('rsa', { bits: 2048 });
    default:
      return type satisfies never;
  }
}

/** SHA-256 fingerprint of a public key line, as OpenSSH prints it (base64 without padding). */
export function fingerprintOf(publicKey: string): string {
  const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}
