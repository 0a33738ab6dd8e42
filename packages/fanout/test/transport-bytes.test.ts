// The built-in transport's bytes, by every cipher it offers and across key exchanges, against Debian's sshd.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KeyRing } from '../src/keys/key-ring.ts';
import { createTransports, type Transports } from '../src/transport/transports.ts';
import { type Sshd, startSshd } from './fixtures/sshd.ts';
import { finish, never, targetOf } from './fixtures/targets.ts';

let sshd: Sshd;
let transports: Transports;
beforeAll(async () => {
  // New keys after each megabyte, in either direction.
  sshd = await startSshd({ address: '127.88.5.1', settings: ['RekeyLimit 1M'] });
  transports = createTransports({ keys: new KeyRing() });
});
afterAll(async () => {
  await transports[Symbol.asyncDispose]();
  await sshd[Symbol.asyncDispose]();
});

test.each([
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'chacha20-poly1305@openssh.com',
  'aes128-ctr',
])('%s: 12 MB come back as they went', { timeout: 60_000 }, async (cipher) => {
  const ssh2 = await transports.get('ssh2');
  await using session = await ssh2.connect(
    targetOf(sshd, 'ssh2', { algorithms: { cipher: [cipher] } }),
    never,
  );
  const input = randomBytes(12_000_000);
  const { stdout, end } = await finish(session, 'cat', { input });
  expect(end).toEqual({ kind: 'exit', code: 0 });
  expect(stdout.equals(input)).toBe(true);
});
