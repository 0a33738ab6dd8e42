import ssh2 from 'ssh2';
import { expect, test } from 'vitest';
import type { Algorithms } from '../../ssh-config/algorithms.ts';
import { offer } from './algorithms.ts';

const target = (algorithms: Algorithms = {}) => ({ algorithms });

test('curve25519 and AES-GCM come first, and nothing that is built on SHA-1 is offered', () => {
  const { kex, cipher, hmac, serverHostKey } = offer(target(), []);
  expect([kex, cipher].map((names) => Array.isArray(names) && names[0])).toEqual([
    'curve25519-sha256',
    'aes128-gcm@openssh.com',
  ]);
  expect(JSON.stringify([kex, hmac, serverHostKey])).not.toMatch(/sha1|"ssh-rsa"|ssh-dss/);
});

test('ssh2 has every algorithm that we offer', () => {
  const client = new ssh2.Client().on('error', () => {});
  expect(() =>
    client.connect({ host: '127.0.0.1', port: 1, username: 'x', algorithms: offer(target(), []) }),
  ).not.toThrow();
  client.destroy();
});

test('only the host key types that are known for the host are offered', () => {
  expect(offer(target(), ['ssh-rsa']).serverHostKey).toEqual(['rsa-sha2-512', 'rsa-sha2-256']);
  expect(offer(target(), ['ssh-ed25519', 'ecdsa-sha2-nistp256']).serverHostKey).toEqual([
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
  ]);
});

test('what ssh config names is offered in its order, old algorithms too', () => {
  const asked = { kex: ['diffie-hellman-group1-sha1', 'curve25519-sha256'], serverHostKey: ['ssh-rsa'] };
  expect(offer(target(asked), [])).toMatchObject(asked);
});
