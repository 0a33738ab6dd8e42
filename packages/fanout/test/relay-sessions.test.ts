// How many commands a gateway takes on one connection (MaxSessions) is found out, whatever it is; and so is what its sshd gives
// a command for stdin. Needs root, openssh-server, iproute2.
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NodeRecord, parseHostName } from '@heorot/inventory';
import { startNamespacesLab } from '@heorot/lab';
import { describe, expect, test, vi } from 'vitest';
import { openFanout } from '../src/engine/open-fanout.ts';
import { KeyRing } from '../src/keys/key-ring.ts';
import { gather } from '../src/testing/lab-targets.ts';
import { createTransports } from '../src/transport/transports.ts';
import { startAgent } from './fixtures/agent.ts';
import { startSshd } from './fixtures/sshd.ts';
import { finish, never, targetOf } from './fixtures/targets.ts';

const count = 40;

describe.each([1, 10, 100])('a gateway with MaxSessions %i', (sessions) => {
  test('takes forty commands at once', async () => {
    // sntrup761 of OpenSSH 9.2 takes 90 ms a login.
    const quick = 'KexAlgorithms curve25519-sha256';
    const gates = [`MaxSessions ${sessions}`, 'MaxStartups 10:30:100', quick];
    const sshd = { n1: { config: gates }, '*': { config: [quick] } };
    const own = await mkdtemp(join(tmpdir(), 'heorot-relay-'));
    await using narrow = await startNamespacesLab({ folder: own, nodes: 2, sshd });
    const [gateway, node] = narrow.nodes;
    if (gateway === undefined || node === undefined) throw new Error('no lab');
    await mkdir(join(gateway.home, '.ssh'), { recursive: true, mode: 0o700 });
    await cp(narrow.identity, join(gateway.home, '.ssh', 'id_ed25519'));
    const access = { user: 'root', identity: [narrow.identity], knownHosts: narrow.knownHosts };
    const targets = Array.from({ length: count }, (_, number) => ({
      node: `w${number + 1}`,
      host: parseHostName(node.address),
      settings: { ...access, gateway: gateway.address },
    }));
    const inventory = {
      node: (name: string): NodeRecord => ({
        name: parseHostName(name),
        address: parseHostName(gateway.address),
        known: true,
        ...access,
      }),
    };
    await using fanout = openFanout({
      inventory,
      connection: { sshConfigFile: 'none', transport: 'relay', hold: false },
    });
    const all = fanout.run(targets, { text: 'echo %n', expand: true }, { schedule: { fanout: 64 } });
    const { stdout, summary } = await gather(all);
    expect(summary.results.map(({ outcome }) => outcome)).toEqual(
      Array.from({ length: count }, () => ({ kind: 'ok' })),
    );
    expect([...stdout].every(([name, text]) => text.toString() === `${name}\n`)).toBe(true);
    await rm(own, { recursive: true, force: true });
  });
});

test('a gateway that has sockets where Linux has pipes', async () => {
  const own = await mkdtemp(join(tmpdir(), 'heorot-relay-'));
  await using sshd = await startSshd({ address: '127.88.0.3' });
  await using agent = await startAgent(join(own, 'agent'), sshd.identity);
  vi.stubEnv('SSH_AUTH_SOCK', agent.socket);
  await using transports = createTransports({ keys: new KeyRing() });
  // This machine itself: Node gives its children sockets.
  const target = targetOf(sshd, 'relay', { gateways: [targetOf(sshd, 'local')] });
  await using session = await (await transports.get('relay')).connect(target, never);
  const input = Buffer.from('go\n\0 and more\n');
  const { stdout, end } = await finish(session, 'cat; exit 255', { input });
  expect([stdout.equals(input), end]).toEqual([true, { kind: 'exit', code: 255 }]);
  vi.unstubAllEnvs();
  await rm(own, { recursive: true, force: true });
});
