import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { type AlgorithmKind, selectAlgorithms } from './algorithms.ts';

describe('algorithms for ssh2', () => {
  test.each([
    ['kex', 'sntrup761x25519-sha512@openssh.com,curve25519-sha256', ['curve25519-sha256']],
    ['kex', 'sntrup761x25519-sha512@openssh.com,mlkem768x25519-sha256', []],
    ['cipher', 'aes256-ctr,aes128-ctr', ['aes256-ctr', 'aes128-ctr']],
    ['cipher', '-*-ctr,chacha20*', ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com']],
    ['serverHostKey', '-*nist*,ssh-rsa', ['ssh-ed25519', 'rsa-sha2-512', 'rsa-sha2-256']],
  ] as const)('%s %s', (kind, value, list) => {
    expect(selectAlgorithms(kind, value)).toEqual(list);
  });

  test('+ adds behind the defaults, ^ puts in front', () => {
    expect(selectAlgorithms('cipher', '+aes128-cbc').at(-1)).toBe('aes128-cbc');
    expect(selectAlgorithms('hmac', '^hmac-sha1')[0]).toBe('hmac-sha1');
    expect(selectAlgorithms('hmac', '^hmac-sha1')).toHaveLength(selectAlgorithms('hmac', '-none').length);
  });

  test('the defaults are what ssh2 offers by itself, and the rest it knows', () => {
    const constants: Readonly<Record<string, readonly string[]>> = createRequire(import.meta.url)(
      'ssh2/lib/protocol/constants.js',
    );
    const lists: Readonly<Record<AlgorithmKind, string>> = {
      kex: 'KEX',
      cipher: 'CIPHER',
      hmac: 'MAC',
      serverHostKey: 'SERVER_HOST_KEY',
    };
    for (const kind of ['kex', 'cipher', 'hmac', 'serverHostKey'] as const) {
      expect(selectAlgorithms(kind, '-none')).toEqual(constants[`DEFAULT_${lists[kind]}`]);
      const supported = constants[`SUPPORTED_${lists[kind]}`] ?? [];
      const onRequest = selectAlgorithms(kind, supported.join(','));
      expect(onRequest.length).toBeGreaterThan(selectAlgorithms(kind, '-none').length);
      expect(supported).toEqual(expect.arrayContaining([...onRequest]));
    }
  });
});
