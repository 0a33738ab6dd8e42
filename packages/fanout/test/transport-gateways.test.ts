// Nodes behind gateways: one shared connection a gateway, every hop's host key checked, failures that name the gateway.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KeyRing } from '../src/keys/key-ring.ts';
import { ConnectError } from '../src/model/transport.ts';
import type { ResolvedTarget } from '../src/ssh-config/resolved-target.ts';
import { createTransports } from '../src/transport/transports.ts';
import { listen } from './fixtures/listener.ts';
import { end, family, makeKey, type Sshd, startSshd } from './fixtures/sshd.ts';
import { finish, never, targetOf } from './fixtures/targets.ts';

let outer: Sshd;
let inner: Sshd;
let node: Sshd;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heorot-gateways-'));
  [outer, inner, node] = await Promise.all([
    startSshd({ address: '127.88.2.1' }),
    startSshd({ address: '127.88.2.2' }),
    startSshd({ address: '127.88.2.3' }),
  ]);
});

afterAll(async () => {
  for (const sshd of [outer, inner, node]) await sshd[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

describe.each(['ssh2', 'openssh'] as const)('%s', (name) => {
  const gateway = (sshd: Sshd, label: string, changes: Partial<ResolvedTarget> = {}): ResolvedTarget => {
    const target = targetOf(sshd, name, changes);
    return { ...target, target: { ...target.target, node: label } };
  };
  const behind = (gateways: readonly ResolvedTarget[], changes: Partial<ResolvedTarget> = {}) =>
    targetOf(node, name, { gateways, ...changes });

  const failureOf = async (target: ResolvedTarget) => {
    await using transports = createTransports({ keys: new KeyRing() });
    const connecting = (await transports.get(name)).connect(target, never);
    return await connecting.then(
      async (session) => {
        await session[Symbol.asyncDispose]();
        return 'connected';
      },
      (error: unknown) => (error instanceof ConnectError ? error.outcome : error),
    );
  };

  test('a command runs through one gateway, and through two', async () => {
    await using transports = createTransports({ keys: new KeyRing() });
    const transport = await transports.get(name);
    for (const gateways of [[gateway(outer, 'out')], [gateway(outer, 'out'), gateway(inner, 'in')]]) {
      await using session = await transport.connect(behind(gateways), never);
      const { stdout, end: ended } = await finish(session, 'echo $SSH_CONNECTION; exit 3');
      expect(stdout.toString()).toContain(` ${node.address} ${node.port}`);
      expect(stdout.toString()).toMatch(
        new RegExp(`^${gateways.length === 1 ? outer.address : inner.address} |^127`),
      );
      expect(ended).toEqual({ kind: 'exit', code: 3 });
    }
  });

  test('the outcome of a refused login names the gateway', async () => {
    const stranger = join(folder, `${name}-stranger`);
    makeKey(stranger, 'ed25519');
    expect(await failureOf(behind([gateway(outer, 'out', { identityFiles: [stranger] })]))).toMatchObject({
      kind: 'auth',
      reason: expect.stringMatching(/^gateway out: permission denied for root/),
    });
  });

  test('an unknown key of a gateway is refused, also at the second hop', async () => {
    const empty = join(folder, 'empty');
    writeFileSync(empty, '');
    const first = gateway(outer, 'out', { knownHostsFiles: [empty] });
    const second = gateway(inner, 'in', { knownHostsFiles: [empty] });
    for (const gateways of [[first], [gateway(outer, 'out'), second]]) {
      expect(await failureOf(behind(gateways))).toMatchObject({
        kind: 'host-key',
        reason: expect.stringMatching(/^gateway (out|in): host key of (out|in) is not known/),
      });
    }
  });

  test("the node's own key is checked behind a gateway", async () => {
    const file = join(folder, `${name}-changed`);
    writeFileSync(file, `[${node.address}]:${node.port} ${outer.hostKey('ed25519')}\n`);
    const target = behind([gateway(outer, 'out')], { knownHostsFiles: [file] });
    expect(await failureOf(target)).toMatchObject({
      kind: 'host-key',
      reason: expect.stringContaining('HAS CHANGED'),
    });
  });

  test('a gateway that is not there is the outcome', async () => {
    expect(await failureOf(behind([gateway(outer, 'out', { port: 1 })]))).toEqual({
      kind: 'unreachable',
      reason: `gateway out: connection refused: ${outer.address} port 1`,
    });
  });

  test('a node that refuses behind its gateway is told from a gateway that refuses', async () => {
    expect(await failureOf(behind([gateway(outer, 'out')], { port: 1 }))).toMatchObject({
      kind: 'unreachable',
      reason: expect.stringMatching(/^connection refused: .* through gateway out$/),
    });
  });

  test('a gateway that forbids forwarding is the outcome', async () => {
    await using strict = await startSshd({ address: '127.88.2.4', settings: ['AllowTcpForwarding no'] });
    expect(await failureOf(behind([gateway(strict, 'strict')]))).toMatchObject({
      kind: 'unreachable',
      reason: expect.stringMatching(/(forbidden|prohibited).*through gateway strict$/),
    });
  });

  test('a gateway that never answers is a connect-timeout that names it', async () => {
    await using silent = await listen(outer.address, () => {});
    const dead = gateway(outer, 'dead', { port: silent.port, connectTimeoutMs: 1000 });
    expect(await failureOf(behind([dead], { connectTimeoutMs: 1500 }))).toMatchObject({
      kind: 'connect-timeout',
      reason: expect.stringContaining('gateway dead'),
    });
  });

  test('a node whose gateway dies is lost', async () => {
    await using mortal = await startSshd({ address: '127.88.2.5' });
    await using transports = createTransports({ keys: new KeyRing() });
    await using session = await (await transports.get(name)).connect(
      behind([gateway(mortal, 'mortal')]),
      never,
    );
    const channel = await session.execute({ command: 'sleep 300' }, never);
    for (const output of [channel.stdout, channel.stderr]) output.resume();
    for (const pid of mortal.processes().slice(1)) end(pid);
    expect(await channel.ended).toMatchObject({ kind: 'lost' });
    expect(await session.ended).toEqual(expect.any(String));
  });
});

describe('ssh2', () => {
  test('100 nodes through two gateways share one connection to each', async () => {
    await using first = await startSshd({ address: '127.88.2.6' });
    await using second = await startSshd({ address: '127.88.2.7' });
    const gateways = [targetOf(first, 'ssh2'), targetOf(second, 'ssh2')];
    await using transports = createTransports({ keys: new KeyRing() });
    const transport = await transports.get('ssh2');
    const runs = Array.from({ length: 100 }, async (_, number) => {
      await using session = await transport.connect(targetOf(node, 'ssh2', { gateways }), never);
      return (await finish(session, `echo ${number}`)).stdout.toString();
    });
    expect(await Promise.all(runs)).toEqual(runs.map((_, number) => `${number}\n`));
    expect([first, second].map(logins)).toEqual([1, 1]);
  });

  test('a thousand nodes behind a gateway that refuses us knock once', async () => {
    const stranger = join(folder, 'knocking');
    makeKey(stranger, 'ed25519');
    await using strict = await startSshd({ address: '127.88.2.8' });
    const gateways = [targetOf(strict, 'ssh2', { identityFiles: [stranger] })];
    await using transports = createTransports({ keys: new KeyRing() });
    const transport = await transports.get('ssh2');
    for (let lot = 0; lot < 10; lot++) {
      const tries = Array.from({ length: 100 }, () =>
        transport.connect(targetOf(node, 'ssh2', { gateways }), never).then(
          () => 'connected',
          (error: unknown) => (error instanceof ConnectError ? error.outcome.kind : error),
        ),
      );
      expect(new Set(await Promise.all(tries))).toEqual(new Set(['auth']));
    }
    expect(strict.log().match(/Connection from .* port/g)).toHaveLength(2);
  });

  test('a gateway connection that was lost is made anew for the next node', async () => {
    await using mortal = await startSshd({ address: '127.88.2.9' });
    await using transports = createTransports({ keys: new KeyRing() });
    const transport = await transports.get('ssh2');
    const target = targetOf(node, 'ssh2', { gateways: [targetOf(mortal, 'ssh2')] });
    const lost = await transport.connect(target, never);
    const [daemon] = mortal.processes();
    for (const pid of family(daemon ?? 0).slice(1)) end(pid);
    await lost.ended;
    await using again = await transport.connect(target, never);
    expect((await finish(again, 'echo back')).stdout.toString()).toBe('back\n');
    expect(logins(mortal)).toBe(2);
  });

  test('a scan goes through gateways', async () => {
    await using transports = createTransports({ keys: new KeyRing() });
    const target = targetOf(node, 'ssh2', { gateways: [targetOf(outer, 'ssh2')], knownHostsFiles: [] });
    const keys = await transports.scanHostKeys(target, never);
    expect(keys.map(({ type }) => type)).toEqual(['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ssh-rsa']);
  });
});

function logins(sshd: Sshd): number {
  return sshd.log().match(/Accepted publickey/g)?.length ?? 0;
}
