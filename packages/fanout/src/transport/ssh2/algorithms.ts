// What the built-in client offers: ssh2's modern algorithms, cheapest first, none that signs with SHA-1;
// and what ssh config asks for instead.
import type { Algorithms, CipherAlgorithm, KexAlgorithm, MacAlgorithm, ServerHostKeyAlgorithm } from 'ssh2';
import { hostKeyAlgorithms } from '../../known-hosts/host-key.ts';
import type { ResolvedTarget } from '../../ssh-config/resolved-target.ts';

const kex: KexAlgorithm[] = [
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

const cipher: CipherAlgorithm[] = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'chacha20-poly1305@openssh.com',
  'aes128-ctr',
  'aes192-ctr',
  'aes256-ctr',
];

const hmac: MacAlgorithm[] = [
  'hmac-sha2-256-etm@openssh.com',
  'hmac-sha2-512-etm@openssh.com',
  'hmac-sha2-256',
  'hmac-sha2-512',
];

const serverHostKey: ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
];

/** Offered only where ssh config names them. */
const legacy = {
  kex: [
    'diffie-hellman-group15-sha512',
    'diffie-hellman-group17-sha512',
    'diffie-hellman-group-exchange-sha1',
    'diffie-hellman-group14-sha1',
    'diffie-hellman-group1-sha1',
  ],
  cipher: ['aes256-cbc', 'aes192-cbc', 'aes128-cbc', '3des-cbc'],
  hmac: ['hmac-sha1-etm@openssh.com', 'hmac-sha1', 'hmac-md5', 'hmac-sha1-96', 'hmac-md5-96'],
  serverHostKey: ['ssh-rsa', 'ssh-dss'],
} as const;

/**
 * For ssh2's `algorithms`. Of host keys only the types known for the host are offered, so that it cannot answer
 * with another; all for an unknown host, whose key is then shown in the refusal.
 */
export function offer(
  { algorithms: asked }: Pick<ResolvedTarget, 'algorithms'>,
  knownTypes: readonly string[],
): Algorithms {
  const known = hostKeyAlgorithms(knownTypes);
  const allowed = choose(asked.serverHostKey, serverHostKey, legacy.serverHostKey);
  return {
    kex: choose(asked.kex, kex, legacy.kex),
    cipher: choose(asked.cipher, cipher, legacy.cipher),
    hmac: choose(asked.hmac, hmac, legacy.hmac),
    serverHostKey: known.length === 0 ? allowed : allowed.filter((name) => known.includes(name)),
  };
}

/** Key types a scan asks for, one connection each. */
export const hostKeyTypes: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
];

/** What was asked for, in that order, as far as ssh2 has it. */
function choose<Name extends string>(
  asked: readonly string[] | undefined,
  modern: readonly Name[],
  old: readonly Name[],
): Name[] {
  if (asked === undefined) return [...modern];
  return asked.flatMap((name) => [...modern, ...old].filter((one) => one === name));
}
