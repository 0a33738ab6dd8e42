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

interface OpenSshPair {
  readonly private: string;
  readonly public: string;
}

/** RFC 8709 section 4: length and `ssh-ed25519`, length and 32 bytes. */
const ED25519_BLOB_BYTES = 4 + 11 + 4 + 32;

/**
 * Makes a key pair: about 0.2 ms for ed25519.
 * @param passphrase makes an encrypted ed25519 key; few bcrypt rounds, for it guards nothing
 */
export async function generateKeyPair(type: KeyType = 'ed25519', passphrase?: string): Promise<KeyPair> {
  const pair = await makePair(type, passphrase);
  const publicKey = pair.public.trim();
  return { privateKey: pair.private, publicKey, fingerprint: fingerprintOf(publicKey) };
}

async function makePair(type: KeyType, passphrase: string | undefined): Promise<OpenSshPair> {
  const { utils } = (await import('ssh2')).default;
  switch (type) {
    case 'ed25519':
      return passphrase === undefined
        ? wholeEd25519(() => utils.generateKeyPairSync('ed25519'))
        : wholeEd25519(() =>
            utils.generateKeyPairSync('ed25519', { passphrase, cipher: 'aes256-ctr', rounds: 2 }),
          );
    case 'ecdsa':
      return utils.generateKeyPairSync('ecdsa', { bits: 256 });
    case 'rsa':
      return utils.generateKeyPairSync('rsa', { bits: 2048 });
    default:
      return type satisfies never;
  }
}

/** ssh2 1.17 loses the first byte of a public key that begins with zero, one in 256: such a pair is made again. */
function wholeEd25519(make: () => OpenSshPair): OpenSshPair {
  for (;;) {
    const pair = make();
    if (blobOf(pair.public).length === ED25519_BLOB_BYTES) return pair;
  }
}

/** SHA-256 fingerprint of a public key line, as OpenSSH prints it (base64 without padding). */
function fingerprintOf(publicKey: string): string {
  return `SHA256:${createHash('sha256').update(blobOf(publicKey)).digest('base64').replace(/=+$/, '')}`;
}

function blobOf(publicKey: string): Buffer {
  return Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
}
