// What the built-in client offers: ssh2's modern algorithms, cheapest first; nothing with SHA-1 signatures.
import type { CipherAlgorithm, KexAlgorithm, MacAlgorithm, ServerHostKeyAlgorithm } from 'ssh2';

export const kexOffer: KexAlgorithm[] = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group18-sha512',
  'diffie-hellman-group-exchange-sha256',
  'diffie-hellman-group14-sha256',
];

export const cipherOffer: CipherAlgorithm[] = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'chacha20-poly1305@openssh.com',
  'aes128-ctr',
  'aes192-ctr',
  'aes256-ctr',
];

export const macOffer: MacAlgorithm[] = [
  'hmac-sha2-256-etm@openssh.com',
  'hmac-sha2-512-etm@openssh.com',
  'hmac-sha2-256',
  'hmac-sha2-512',
];

/** Signature algorithms by the type of the key in known_hosts; RFC 8332 for RSA. */
const SIGNATURES: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

/** Key types the built-in client can check, strongest and cheapest first. */
export const hostKeyTypes: readonly string[] = Object.keys(SIGNATURES);

/** Only what is known for the host is offered, so that it cannot answer with another key; all for an unknown host. */
export function hostKeyOffer(knownTypes: readonly string[]): ServerHostKeyAlgorithm[] {
  const known = hostKeyTypes.filter((type) => knownTypes.includes(type));
  return (known.length === 0 ? hostKeyTypes : known).flatMap((type) => SIGNATURES[type] ?? []);
}
