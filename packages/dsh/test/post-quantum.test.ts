// A node whose sshd offers post-quantum key exchange alone, among others, as a person meets it: with a holder and without.
import type { NamespacesLab } from '@heorot/lab';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { namespacesPlace, type Place } from './fixtures/lab-of.ts';

let place: Place<NamespacesLab>;
beforeAll(async () => {
  const config = ['KexAlgorithms sntrup761x25519-sha512@openssh.com'];
  place = await namespacesPlace({ nodes: 3, sshd: { n2: { config } } });
});
afterAll(async () => {
  await place.desk.dsh(['holder', 'close', '-q']);
  await place[Symbol.asyncDispose]();
});

test.each([
  ['without a holder', ['--no-hold']],
  ['with one', ['--hold', '1m']],
  ['with one, again', []],
])('%s it answers as the others do, and one note says how it was reached', async (_what, flags) => {
  const { stdout, stderr, code } = await place.desk.dsh([...flags, '-a', 'hostname']);
  expect(stdout.split('\n').toSorted()).toEqual(['', 'n1: n1', 'n2: n2', 'n3: n3']);
  expect(stderr).toMatch(/^n2: reached through OpenSSH: no key exchange algorithm in common.*\n3 of 3 ok/);
  expect(code).toBe(0);
});

test('who asks for ssh2 by name is told what would do', async () => {
  const { stderr, code } = await place.desk.dsh(['-w', 'n2', '--transport', 'ssh2', 'true']);
  expect(stderr).toMatch(/^n2: .*no key exchange algorithm in common.*try --transport openssh/);
  expect(code).toBe(4);
});
