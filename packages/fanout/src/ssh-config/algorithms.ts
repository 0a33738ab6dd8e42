// KexAlgorithms, Ciphers, MACs and HostKeyAlgorithms, as far as ssh2 has them.
import { isPlainPattern, patternList } from './pattern-list.ts';

/** For ssh2's `algorithms`: what is absent is left to its defaults. */
export interface Algorithms {
  readonly kex?: readonly string[];
  readonly cipher?: readonly string[];
  readonly hmac?: readonly string[];
  readonly serverHostKey?: readonly string[];
}

export type AlgorithmKind = keyof Algorithms;

/** The option of ssh_config(5) for each kind. */
export const algorithmOptions = {
  kexalgorithms: 'kex',
  ciphers: 'cipher',
  macs: 'hmac',
  hostkeyalgorithms: 'serverHostKey',
} as const satisfies Readonly<Record<string, AlgorithmKind>>;

/** What ssh2 offers unasked, in its order; a test holds it against the package. AES-GCM first: see docs/decisions. */
const offered: Readonly<Record<AlgorithmKind, readonly string[]>> = {
  kex: [
    'curve25519-sha256@libssh.org',
    'curve25519-sha256',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group-exchange-sha256',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group15-sha512',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group17-sha512',
    'diffie-hellman-group18-sha512',
  ],
  cipher: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
    'chacha20-poly1305@openssh.com',
  ],
  hmac: [
    'hmac-sha2-256-etm@openssh.com',
    'hmac-sha2-512-etm@openssh.com',
    'hmac-sha1-etm@openssh.com',
    'hmac-sha2-256',
    'hmac-sha2-512',
    'hmac-sha1',
  ],
  serverHostKey: [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
    'ssh-rsa',
  ],
};

/** What it has besides, when it is named. */
const onRequest: Readonly<Record<AlgorithmKind, readonly string[]>> = {
  kex: ['diffie-hellman-group-exchange-sha1', 'diffie-hellman-group14-sha1', 'diffie-hellman-group1-sha1'],
  cipher: ['aes256-cbc', 'aes192-cbc', 'aes128-cbc', '3des-cbc'],
  hmac: ['hmac-md5', 'hmac-sha1-96', 'hmac-md5-96'],
  serverHostKey: ['ssh-dss'],
};

/**
 * The list for ssh2 that a value of ssh_config(5) comes to; `+`, `-` and `^` change the defaults. Empty: ssh2 has none of them.
 * @example selectAlgorithms('cipher', '-*-ctr')
 */
export function selectAlgorithms(kind: AlgorithmKind, value: string): readonly string[] {
  const operator = value[0];
  const names = value.replace(/^[+^-]/, '').split(',');
  const supported = [...offered[kind], ...onRequest[kind]];
  const named = names.filter(isPlainPattern).filter((name) => supported.includes(name));
  const rest = offered[kind].filter((name) => !named.includes(name));
  if (operator === '+') return [...offered[kind], ...named.filter((name) => !offered[kind].includes(name))];
  if (operator === '^') return [...named, ...rest];
  if (operator !== '-') return named;
  const removed = patternList(names);
  return offered[kind].filter((name) => !removed(name));
}
