// Key pairs for tests, as ssh-keygen would leave them.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ssh2, { type ParsedKey } from 'ssh2';

export const passphrase = 'sesame';

export interface KeyPair {
  readonly private: string;
  readonly public: string;
}

/** Writes a private key file, and returns the key decrypted. */
export async function writeKey(
  folder: string,
  name: string,
  make: () => KeyPair = ed25519,
): Promise<ParsedKey> {
  const pair = make();
  const key = ssh2.utils.parseKey(pair.private, passphrase);
  // ssh2 1.17 spoils one Ed25519 key in 256, whose public half begins with a zero.
  if (key instanceof Error) return writeKey(folder, name, make);
  await writeFile(join(folder, name), `${pair.private}\n`, { mode: 0o600 });
  return key;
}

export function ed25519(): KeyPair {
  return ssh2.utils.generateKeyPairSync('ed25519');
}

export function encrypted(): KeyPair {
  return ssh2.utils.generateKeyPairSync('ed25519', { passphrase, cipher: 'aes256-ctr', rounds: 2 });
}

export function ecdsa(bits: 256 | 384 | 521): () => KeyPair {
  return () => ssh2.utils.generateKeyPairSync('ecdsa', { bits });
}
