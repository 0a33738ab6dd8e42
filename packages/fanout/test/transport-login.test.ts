// How logins fail, and how keys are found: both SSH transports against real sshd, outcome by outcome.
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseHostName } from '@heorot/inventory';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KeyRing } from '../src/keys/key-ring.ts';
import type { ConnectFailure } from '../src/model/outcome.ts';
import { ConnectError } from '../src/model/transport.ts';
import type { ResolvedTarget } from '../src/ssh-config/resolved-target.ts';
import { createTransports, type Transports } from '../src/transport/transports.ts';
import { startAgent } from './fixtures/agent.ts';
import { listen } from './fixtures/listener.ts';
import { end, makeKey, type Sshd, startSshd } from './fixtures/sshd.ts';
import { finish, never, targetOf } from './fixtures/targets.ts';

let sshd: Sshd;
let folder: string;
let transports: Transports;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heorot-login-'));
  sshd = await startSshd({ address: '127.88.1.1' });
  transports = createTransports({ keys: new KeyRing() });
});

afterAll(async () => {
  await transports[Symbol.asyncDispose]();
  await sshd[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

describe.each(['ssh2', 'openssh'] as const)('%s', (name) => {
  const target = (changes: Partial<ResolvedTarget> = {}) => targetOf(sshd, name, changes);

  /** How connecting ends: the outcome of its failure, or what `echo` says. */
  const tryTo = async (
    wanted: ResolvedTarget,
    signal = never,
    own = transports,
  ): Promise<ConnectFailure | { kind: 'connected' }> => {
    try {
      await using session = await (await own.get(name)).connect(wanted, signal);
      await finish(session, 'true');
      return { kind: 'connected' };
    } catch (error) {
      if (error instanceof ConnectError) return error.outcome;
      throw error;
    }
  };

  const knownHosts = (file: string, ...lines: readonly string[]): string => {
    const path = join(folder, `${name}-${file}`);
    writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
    return path;
  };
  const where = () => `[${sshd.address}]:${sshd.port}`;

  test('a port where nobody listens is unreachable: refused', async () => {
    expect(await tryTo(target({ port: 1 }))).toEqual({
      kind: 'unreachable',
      reason: `connection refused: ${sshd.address} port 1`,
    });
  });

  test('a name that does not exist is unreachable: not found', async () => {
    const host = parseHostName('no-such-host.invalid');
    expect(await tryTo(target({ host }))).toEqual({
      kind: 'unreachable',
      reason: 'name not found: no-such-host.invalid',
    });
  });

  test('a listener that never answers is a connect-timeout after the time asked for', async () => {
    await using silent = await listen(sshd.address, () => {});
    const outcome = await tryTo(target({ port: silent.port, connectTimeoutMs: 1000 }));
    expect(outcome).toMatchObject({
      kind: 'connect-timeout',
      afterMs: 1000,
      reason: expect.stringMatching(/^no answer within 1 s while /),
    });
  });

  test('a listener that hangs up at once is unreachable', async () => {
    await using rude = await listen(sshd.address, (socket) => socket.destroy());
    expect(await tryTo(target({ port: rude.port }))).toMatchObject({
      kind: 'unreachable',
      reason: expect.stringMatching(/closed|reset/),
    });
  });

  test('a server with nothing in common is unreachable', async () => {
    await using odd = await startSshd({ address: '127.88.1.2', settings: ['Ciphers aes128-cbc'] });
    expect(await tryTo(targetOf(odd, name))).toMatchObject({
      kind: 'unreachable',
      reason: expect.stringMatching(/^no (matching )?.*cipher/i),
    });
  });

  test('an unknown host key is refused, with the command that records it', async () => {
    const outcome = await tryTo(target({ knownHostsFiles: [knownHosts('empty')] }));
    expect(outcome).toMatchObject({
      kind: 'host-key',
      reason: expect.stringMatching(/not known: .*SHA256:/),
      hint: 'nodes trust -w node',
    });
  });

  test('another key of the same type is an alarm', async () => {
    const [type, key] = otherKey(join(folder, `${name}-other`)).split(' ');
    const outcome = await tryTo(
      target({ knownHostsFiles: [knownHosts('changed', `${where()} ${type} ${key}`)] }),
    );
    expect(outcome).toMatchObject({ kind: 'host-key', reason: expect.stringContaining('HAS CHANGED') });
  });

  test('a host known only by a key type that it does not have is refused', async () => {
    await using noRsa = await startSshd({
      address: '127.88.1.3',
      settings: ['HostKeyAlgorithms ssh-ed25519'],
    });
    const file = knownHosts('wrong-type', `[${noRsa.address}]:${noRsa.port} ${noRsa.hostKey('rsa')}`);
    expect((await tryTo(targetOf(noRsa, name, { knownHostsFiles: [file] }))).kind).toBe('host-key');
  });

  test('a revoked key is refused although it is also listed as known', async () => {
    const key = sshd.hostKey('ed25519');
    const file = knownHosts('revoked', `${where()} ${key}`, `@revoked * ${key}`);
    expect(await tryTo(target({ knownHostsFiles: [file] }))).toMatchObject({
      kind: 'host-key',
      reason: expect.stringContaining('is revoked'),
    });
  });

  test('a host known by its RSA key is asked for that key', async () => {
    const file = knownHosts('rsa', `${where()} ${sshd.hostKey('rsa')}`);
    expect(await tryTo(target({ knownHostsFiles: [file] }))).toEqual({ kind: 'connected' });
  });

  test('accept-new records the key once, and then holds the host to it', async () => {
    const file = knownHosts('new');
    const wanted = target({ knownHostsFiles: [file], strictHostKeyChecking: 'accept-new' });
    await using own = createTransports({ keys: new KeyRing() });
    expect(await tryTo(wanted, never, own)).toEqual({ kind: 'connected' });
    expect(await tryTo(wanted, never, own)).toEqual({ kind: 'connected' });
    expect(readFileSync(file, 'utf8')).toBe(`${where()} ${sshd.hostKey('ed25519')}\n`);
  });

  test('a key that is not accepted is an auth failure that says what was tried', async () => {
    const stranger = join(folder, `${name}-stranger`);
    makeKey(stranger, 'ed25519');
    expect(await tryTo(target({ identityFiles: [stranger] }))).toMatchObject({
      kind: 'auth',
      reason: expect.stringMatching(
        new RegExp(`^permission denied for root.*: tried .*${stranger}.*publickey`),
      ),
    });
  });

  test('more keys than MaxAuthTries is an auth failure', async () => {
    const identityFiles = ['a', 'b', 'c'].map((letter) => join(folder, `${name}-many-${letter}`));
    for (const path of identityFiles) makeKey(path, 'ed25519');
    await using strict = await startSshd({ address: '127.88.1.4', settings: ['MaxAuthTries 2'] });
    expect((await tryTo(targetOf(strict, name, { identityFiles }))).kind).toBe('auth');
  });

  test('a key in an agent logs in', async () => {
    await using agent = await startAgent(join(folder, `${name}-agent`), sshd.identity);
    const before = process.env.SSH_AUTH_SOCK;
    process.env.SSH_AUTH_SOCK = agent.socket;
    try {
      const wanted = target({ identityFiles: [], identitiesOnly: false, agentSocket: agent.socket });
      const { identity: _none, ...settings } = wanted.target.settings;
      expect(await tryTo({ ...wanted, target: { ...wanted.target, settings } })).toEqual({
        kind: 'connected',
      });
    } finally {
      if (before === undefined) delete process.env.SSH_AUTH_SOCK;
      else process.env.SSH_AUTH_SOCK = before;
    }
  });

  test('giving up during the login cancels it', async () => {
    await using silent = await listen(sshd.address, () => {});
    const controller = new AbortController();
    const outcome = tryTo(target({ port: silent.port }), controller.signal);
    await silent.connected;
    controller.abort(new Error('Ctrl-C'));
    expect(await outcome).toEqual({ kind: 'cancelled', reason: 'Ctrl-C', cleanup: 'ended' });
  });

  test('what was given up before it began is cancelled', async () => {
    const outcome = await tryTo(target(), AbortSignal.abort(new Error('Ctrl-C')));
    expect(outcome).toEqual({ kind: 'cancelled', reason: 'Ctrl-C', cleanup: 'ended' });
  });

  test('a node that freezes is noticed by the keep-alive', { timeout: 30_000 }, async () => {
    await using frozen = await startSshd({ address: '127.88.1.5' });
    const wanted = targetOf(frozen, name, { keepAliveIntervalMs: 1000, keepAliveCountMax: 2 });
    await using session = await (await transports.get(name)).connect(wanted, never);
    const channel = await session.execute({ command: 'sleep 300' }, never);
    for (const output of [channel.stdout, channel.stderr]) output.resume();
    const processes = frozen.processes();
    for (const pid of processes) end(pid, 'SIGSTOP');
    expect(await channel.ended).toEqual({ kind: 'lost', reason: 'no answer for 2 s' });
    expect(await session.ended).toBe('no answer for 2 s');
    for (const pid of processes) end(pid, 'SIGCONT');
  });

  test('a session to a frozen node can be disposed at once', async () => {
    await using frozen = await startSshd({ address: '127.88.1.6' });
    const session = await (await transports.get(name)).connect(targetOf(frozen, name), never);
    const processes = frozen.processes();
    for (const pid of processes) end(pid, 'SIGSTOP');
    await session[Symbol.asyncDispose]();
    expect(await session.ended).toBeUndefined();
    for (const pid of processes) end(pid, 'SIGCONT');
  });

  test('the agent is forwarded only when a command asks for it', async () => {
    await using agent = await startAgent(join(folder, `${name}-forward`), sshd.identity);
    const before = process.env.SSH_AUTH_SOCK;
    process.env.SSH_AUTH_SOCK = agent.socket;
    try {
      const wanted = target({ agentSocket: agent.socket });
      await using session = await (await transports.get(name)).connect(wanted, never);
      const plain = await finish(session, 'echo "[$SSH_AUTH_SOCK]"');
      const forwarded = await finish(session, 'ssh-add -l', { request: { forwardAgent: true } });
      expect(plain.stdout.toString()).toBe('[]\n');
      expect(forwarded.stdout.toString()).toMatch(/SHA256:.*ED25519/);
    } finally {
      if (before === undefined) delete process.env.SSH_AUTH_SOCK;
      else process.env.SSH_AUTH_SOCK = before;
    }
  });
});

test.each(['openssh', 'local'] as const)('%s says that a command is too long to be started', async (name) => {
  await using session = await (await transports.get(name)).connect(targetOf(sshd, name), never);
  const command = `: ${'x'.repeat(200_000)}`;
  await expect(session.execute({ command }, never)).rejects.toMatchObject({
    outcome: { kind: 'unreachable', reason: expect.stringContaining('too long') },
  });
  expect((await finish(session, 'echo still')).stdout.toString()).toBe('still\n');
});

test('openssh says that there is no ssh', async () => {
  const before = process.env.PATH;
  process.env.PATH = folder;
  try {
    const connecting = (await transports.get('openssh')).connect(targetOf(sshd, 'openssh'), never);
    await expect(connecting).rejects.toMatchObject({
      outcome: { kind: 'unreachable', reason: 'ssh: ssh could not be started: spawn ssh ENOENT' },
    });
  } finally {
    process.env.PATH = before;
  }
});

test('ssh2 opens an encrypted key with its passphrase, asked for once for all nodes', async () => {
  const locked = join(folder, 'locked');
  makeKey(locked, 'ed25519', 'open sesame');
  appendFileSync(join(sshd.folder, 'authorized_keys'), readFileSync(`${locked}.pub`));
  const asked: string[] = [];
  const askPassphrase = async (path: string) => {
    asked.push(path);
    return 'open sesame';
  };
  await using own = createTransports({ keys: new KeyRing({ askPassphrase }) });
  const transport = await own.get('ssh2');
  const wanted = targetOf(sshd, 'ssh2', { identityFiles: [locked] });
  const sessions = await Promise.all([1, 2, 3].map(() => transport.connect(wanted, never)));
  for (const session of sessions) {
    expect((await finish(session, 'echo in')).stdout.toString()).toBe('in\n');
    await session[Symbol.asyncDispose]();
  }
  expect(asked).toEqual([locked]);
});

test('a scan shows every host key of the node and authenticates nothing', async () => {
  const keys = await transports.scanHostKeys(targetOf(sshd, 'ssh2', { knownHostsFiles: [] }), never);
  expect(keys.map(({ type, key }) => `${type} ${key.toString('base64')}`)).toEqual([
    sshd.hostKey('ed25519'),
    sshd.hostKey('ecdsa'),
    sshd.hostKey('rsa'),
  ]);
});

function otherKey(path: string): string {
  makeKey(path, 'ed25519');
  return readFileSync(`${path}.pub`, 'utf8');
}
