import ssh2 from 'ssh2';
import { describe, expect, it } from 'vitest';
import { generateKeyPair } from './key-pair.ts';

describe('a key pair', () => {
  it.each([
    ['ed25519', 'ssh-ed25519'],
    ['ecdsa', 'ecdsa-sha2-nistp256'],
    ['rsa', 'ssh-rsa'],
  ] as const)('of type %s fits together', async (type, name) => {
    const pair = await generateKeyPair(type);
    const key = ssh2.utils.parseKey(pair.privateKey);
    expect(key).not.toBeInstanceOf(Error);
    expect(!(key instanceof Error) && key.getPublicSSH().toString('base64')).toBe(
      pair.publicKey.split(' ')[1],
    );
    expect(pair.publicKey.split(' ')[0]).toBe(name);
  });

  it('can always be read back, however it begins', async () => {
    const pairs = await Promise.all(Array.from({ length: 1500 }, () => generateKeyPair()));
    expect(pairs.filter(({ privateKey }) => ssh2.utils.parseKey(privateKey) instanceof Error)).toEqual([]);
  });

  it('opens with its passphrase only', async () => {
    const { privateKey } = await generateKeyPair('ed25519', 'mere');
    expect(ssh2.utils.parseKey(privateKey)).toBeInstanceOf(Error);
    expect(ssh2.utils.parseKey(privateKey, 'mere')).not.toBeInstanceOf(Error);
  });
});
