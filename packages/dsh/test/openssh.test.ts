// What the system's ssh does not tell, or cannot be told: said, with what to type instead.
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EmbeddedLab } from '@heorot/lab';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { embeddedPlace, type Place } from './fixtures/lab-of.ts';

let place: Place<EmbeddedLab>;
beforeAll(async () => {
  place = await embeddedPlace({ nodes: 2, access: { password: 'sesame' } });
});
afterAll(() => place[Symbol.asyncDispose]());

test('a signal has no name through OpenSSH, and one through ssh2', async () => {
  const killed = (transport: string) =>
    place.desk.dsh(['-w', 'n1', '--transport', transport, '-S', 'kill -KILL $$']);
  const [openssh, ssh2] = await Promise.all([killed('openssh'), killed('ssh2')]);
  expect(openssh.stderr).toMatch(
    /^n1: ended by a signal, OpenSSH does not say by which: --transport ssh2 does\n0 of 1 ok/,
  );
  expect(ssh2.stderr).toMatch(/^n1: ended by signal KILL\n/);
  expect([openssh.code, ssh2.code]).toEqual([255, 137]);
});

test('a password is not sent through OpenSSH: said before, and again where the login failed for want of it', async () => {
  const how = ['--transport', 'openssh', '--ask-password'];
  const { stderr, code } = await place.desk.dsh(['--cluster', clusterOfAStranger(), '-a', ...how, 'true']);
  const lines = stderr.trimEnd().split('\n');
  expect(lines[0]).toBe(
    'n1: is reached through OpenSSH, which is given no password: --transport ssh2 sends it',
  );
  for (const node of ['n1', 'n2']) {
    expect(lines.filter((line) => line.startsWith(`${node}: authentication: `))).toEqual([
      expect.stringMatching(
        /permission denied .*password.*; OpenSSH sends no password .*--transport ssh2 --ask-password/,
      ),
    ]);
  }
  expect(lines.at(-1)).toMatch(/^first let them in: /);
  expect(code).toBe(4);
});

test('-v says how nodes are reached and why, and that the built-in client has no post-quantum key exchange', async () => {
  const said = async (...flags: readonly string[]) =>
    (await place.desk.dsh(['-a', ...flags, 'true'])).stderr.split('\n')[0];
  expect(await said('-v')).toMatch(/^n\[1-2\]: by ssh2, nothing asks for OpenSSH; .*not post-quantum/);
  expect(await said('-v', '--transport', 'openssh')).toBe(
    'n[1-2]: by openssh, asked for by the command line',
  );
  expect(await said()).toMatch(/^2 of 2 ok/);
});

/** Its key is accepted nowhere. */
function clusterOfAStranger(): string {
  const identity = join(place.desk.folder, 'stranger');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(identity, privateKey.export({ type: 'sec1', format: 'pem' }), { mode: 0o600 });
  const nodes = place.lab.nodes.map(({ name, address, port }) => [name, { address, port }]);
  const defaults = { identity, knownHosts: place.lab.knownHosts };
  const path = join(place.desk.folder, 'cluster.yaml');
  writeFileSync(path, JSON.stringify({ defaults, nodes: Object.fromEntries(nodes) }), { mode: 0o600 });
  return path;
}
