// Certificates, FIDO keys and post-quantum key exchange: a CA made by ssh-keygen, Debian's sshd, and the transport that is chosen.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseHostName } from '@heorot/inventory';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openFanout } from '../src/engine/open-fanout.ts';
import { KeyRing } from '../src/keys/key-ring.ts';
import type { Outcome } from '../src/model/outcome.ts';
import type { Target } from '../src/model/target.ts';
import { createTransports } from '../src/transport/transports.ts';
import { startAgent } from './fixtures/agent.ts';
import { makeKey, type Sshd, startSshd } from './fixtures/sshd.ts';
import { finish, never, targetOf } from './fixtures/targets.ts';

/** OpenSSH's own stand-in for a FIDO authenticator (Debian: openssh-tests). It signs, and has nothing to touch. */
const softwareAuthenticator = '/usr/lib/openssh/regress/misc/sk-dummy/sk-dummy.so';

let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heorot-modern-'));
  for (const name of ['user-ca', 'host-ca', 'other-ca', 'plain']) makeKey(at(name), 'ed25519');
  writeFileSync(at('revoked'), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Signs a public key; the certificate lies beside it as `-cert.pub`. */
function sign(ca: string, key: string, ...options: readonly string[]): void {
  execFileSync('ssh-keygen', ['-q', '-s', at(ca), '-I', 'a test', ...options, `${key}.pub`]);
}

/** A key with a user certificate; for root from an hour ago until tomorrow unless told. */
function certified(
  name: string,
  options: { principal?: string; validity?: string; ca?: string } = {},
): string {
  const { principal = 'root', validity = '-1h:+1d', ca = 'user-ca' } = options;
  makeKey(at(name), 'ed25519');
  sign(ca, at(name), '-n', principal, '-V', validity);
  return at(name);
}

interface Attempt {
  readonly outcome: Outcome | undefined;
  readonly transport: string | undefined;
  readonly reason: string | undefined;
  readonly notes: readonly string[];
}

/** How `echo` on the daemon ends, through whatever transport is chosen by itself. */
async function tryTo(
  sshd: Sshd,
  settings: Partial<Target['settings']>,
  { times = 1, sshConfigFile = 'none' } = {},
): Promise<Attempt> {
  const target: Target = {
    node: 'n1',
    host: parseHostName(sshd.address),
    settings: { user: 'root', port: sshd.port, knownHosts: sshd.knownHosts, ...settings },
  };
  const notes: string[] = [];
  await using fanout = openFanout({
    connection: { sshConfigFile },
    note: (node, text) => notes.push(`${node}: ${text}`),
  });
  const [way] = await fanout.explain([target]);
  let outcome: Outcome | undefined;
  for (let round = 0; round < times; round++) {
    const run = fanout.run([target], { text: 'true' }, { schedule: { fanout: 1 } });
    for await (const _event of run);
    outcome = (await run.summary).results[0]?.outcome;
  }
  return { outcome, transport: way?.transport, reason: way?.reason, notes };
}

describe('user certificates', () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await startSshd({
      address: '127.88.12.1',
      settings: [
        `TrustedUserCAKeys ${at('user-ca.pub')}`,
        `RevokedKeys ${at('revoked')}`,
        'AuthorizedKeysFile none',
      ],
    });
  });
  afterAll(() => sshd[Symbol.asyncDispose]());

  test('one that is valid logs in, by OpenSSH, chosen because the certificate lies there', async () => {
    const identity = certified('valid');
    expect(await tryTo(sshd, { identity: [identity] })).toEqual({
      outcome: { kind: 'ok' },
      transport: 'openssh',
      reason: `a certificate lies beside ${identity}`,
      notes: [],
    });
  });

  test('the key without its certificate does not', async () => {
    expect(await tryTo(sshd, { identity: [at('plain')] })).toMatchObject({
      outcome: { kind: 'auth' },
      transport: 'ssh2',
    });
  });

  test.each([
    ['has expired', { validity: '-2d:-1d' }],
    ['is not valid yet', { validity: '+1d:+2d' }],
    ['names another principal', { principal: 'somebody' }],
    ['is by an authority that the node does not trust', { ca: 'other-ca' }],
  ])('one that %s is refused as auth', async (what, options) => {
    const identity = certified(what.replaceAll(' ', '-'), options);
    expect(await tryTo(sshd, { identity: [identity] })).toMatchObject({
      outcome: { kind: 'auth', reason: expect.stringContaining('permission denied for root') },
      transport: 'openssh',
    });
  });

  test('one that was revoked is refused from then on', async () => {
    const identity = certified('revoked-later');
    expect((await tryTo(sshd, { identity: [identity] })).outcome).toEqual({ kind: 'ok' });
    writeFileSync(at('revoked'), readFileSync(`${identity}.pub`));
    expect((await tryTo(sshd, { identity: [identity] })).outcome).toMatchObject({ kind: 'auth' });
    writeFileSync(at('revoked'), '');
    expect(sshd.log()).toContain('revoked');
  });
});

describe('host certificates', () => {
  let sshd: Sshd;
  beforeAll(async () => {
    copyFileSync(at('plain'), at('host'));
    copyFileSync(at('plain.pub'), at('host.pub'));
    sign('host-ca', at('host'), '-h', '-n', '127.88.12.2', '-V', '-1h:+1d');
    sshd = await startSshd({
      address: '127.88.12.2',
      settings: [`HostKey ${at('host')}`, `HostCertificate ${at('host-cert.pub')}`],
    });
  });
  afterAll(() => sshd[Symbol.asyncDispose]());

  const knownBy = (name: string, ...lines: readonly string[]) => {
    writeFileSync(at(name), lines.map((line) => `${line}\n`).join(''));
    return at(name);
  };
  const authority = (ca: string) =>
    `@cert-authority [${sshd.address}]:${sshd.port},${sshd.address} ${readFileSync(at(`${ca}.pub`), 'utf8').trim()}`;

  test('one of the known authority is accepted, by OpenSSH, and the reason names the line', async () => {
    const knownHosts = knownBy('known-ca', authority('host-ca'));
    expect(await tryTo(sshd, { identity: [sshd.identity], knownHosts })).toEqual({
      outcome: { kind: 'ok' },
      transport: 'openssh',
      reason: `the host is known by a certificate authority only (${knownHosts}:1)`,
      notes: [],
    });
  });

  test.each([
    ['by another authority', () => [authority('other-ca')], /not known|refused/],
    [
      'whose key is revoked',
      () => [authority('host-ca'), `@revoked * ${readFileSync(at('host.pub'), 'utf8').trim()}`],
      /revoked/,
    ],
    [
      'whose authority is revoked',
      () => [authority('host-ca'), `@revoked * ${readFileSync(at('host-ca.pub'), 'utf8').trim()}`],
      /revoked|not known|refused/,
    ],
  ])('one %s is refused before anything is sent', async (what, lines, reason) => {
    const knownHosts = knownBy(what.replaceAll(' ', '-'), ...lines());
    expect(await tryTo(sshd, { identity: [sshd.identity], knownHosts })).toMatchObject({
      outcome: { kind: 'host-key', reason: expect.stringMatching(reason) },
      transport: 'openssh',
    });
  });

  test('one for another host name is refused', async () => {
    copyFileSync(at('plain'), at('elsewhere'));
    copyFileSync(at('plain.pub'), at('elsewhere.pub'));
    sign('host-ca', at('elsewhere'), '-h', '-n', 'elsewhere.example', '-V', '-1h:+1d');
    await using other = await startSshd({
      address: '127.88.12.3',
      settings: [`HostKey ${at('elsewhere')}`, `HostCertificate ${at('elsewhere-cert.pub')}`],
    });
    const ca = readFileSync(at('host-ca.pub'), 'utf8').trim();
    const knownHosts = knownBy('wrong-name', `@cert-authority * ${ca}`);
    expect((await tryTo(other, { identity: [other.identity], knownHosts })).outcome).toMatchObject({
      kind: 'host-key',
    });
  });
});

describe('FIDO keys', () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await startSshd({ address: '127.88.12.4' });
  });
  afterAll(() => sshd[Symbol.asyncDispose]());

  /** With the authenticator plugged in. */
  async function tryWith(identity: string): Promise<Attempt> {
    const sshConfigFile = at('with-authenticator');
    writeFileSync(sshConfigFile, `SecurityKeyProvider ${softwareAuthenticator}\n`);
    return await tryTo(sshd, { identity: [identity] }, { sshConfigFile });
  }

  /** A key of OpenSSH's software authenticator, which the daemon accepts for logins. */
  function acceptedKey(type: 'ed25519-sk' | 'ecdsa-sk', ...options: readonly string[]): string {
    const identity = at(`id_${[type, ...options].join('-')}`);
    execFileSync('ssh-keygen', ['-q', '-t', type, ...options, '-N', '', '-f', identity], {
      env: { ...process.env, SSH_SK_PROVIDER: softwareAuthenticator },
      stdio: 'pipe',
    });
    writeFileSync(join(sshd.folder, 'authorized_keys'), readFileSync(`${identity}.pub`));
    return identity;
  }

  test.each(['ed25519-sk', 'ecdsa-sk'] as const)('of type %s log in by OpenSSH', async (type) => {
    const identity = acceptedKey(type);
    expect(await tryWith(identity)).toEqual({
      outcome: { kind: 'ok' },
      transport: 'openssh',
      reason: `${identity} is a FIDO key`,
      notes: [],
    });
  });

  test('that were never touched are refused where the node asks for a touch', async () => {
    const identity = acceptedKey('ed25519-sk', '-O', 'no-touch-required');
    expect(await tryWith(identity)).toMatchObject({
      outcome: { kind: 'auth', reason: expect.stringContaining('permission denied for root') },
    });
    expect(sshd.log()).toContain('(authenticator touch) requirement not met');
  });

  test('that an agent holds log in by OpenSSH, which the built-in client advises', async () => {
    const identity = acceptedKey('ed25519-sk', '-C', 'held by an agent');
    await using agent = await startAgent(at('agent'), identity, softwareAuthenticator);
    rmSync(identity);
    const sshConfigFile = at('with-agent');
    writeFileSync(sshConfigFile, `IdentityAgent ${agent.socket}\nIdentityFile none\n`);
    expect(await tryTo(sshd, {}, { sshConfigFile })).toMatchObject({
      outcome: { kind: 'auth' },
      transport: 'ssh2',
      notes: [expect.stringMatching(/the agent holds .* FIDO keys.*--transport openssh/)],
    });
    expect(await tryTo(sshd, { transport: 'openssh' }, { sshConfigFile })).toMatchObject({
      outcome: { kind: 'ok' },
    });
  });

  test('whose authenticator is not plugged in are refused, and that is said', async () => {
    const identity = acceptedKey('ecdsa-sk', '-C', 'unplugged');
    expect(await tryTo(sshd, { identity: [identity] })).toMatchObject({
      outcome: { kind: 'auth', reason: expect.stringContaining('no authenticator is plugged in') },
      transport: 'openssh',
    });
  });
});

describe('servers that offer only post-quantum key exchange', () => {
  const only = 'KexAlgorithms sntrup761x25519-sha512@openssh.com';

  test('are reached through OpenSSH by itself, with one note, however often they are asked', async () => {
    await using sshd = await startSshd({ address: '127.88.12.5', settings: [only] });
    const attempt = await tryTo(sshd, { identity: [sshd.identity] }, { times: 3 });
    expect(attempt).toMatchObject({ outcome: { kind: 'ok' }, transport: 'ssh2' });
    expect(attempt.notes).toEqual([
      expect.stringMatching(/^n1: reached through OpenSSH: no key exchange algorithm in common/),
    ]);
    // Remembered: the built-in client did not try again.
    expect(sshd.log().match(/no matching key exchange/g)).toHaveLength(1);
  });

  test('are not where ssh2 was asked for by name', async () => {
    await using sshd = await startSshd({ address: '127.88.12.6', settings: [only] });
    expect(await tryTo(sshd, { identity: [sshd.identity], transport: 'ssh2' })).toMatchObject({
      outcome: { kind: 'unreachable', reason: expect.stringContaining('try --transport openssh') },
      notes: [],
    });
  });

  test('are held to their host key all the same', async () => {
    await using sshd = await startSshd({ address: '127.88.12.7', settings: [only] });
    writeFileSync(
      at('wrong-key'),
      `[${sshd.address}]:${sshd.port} ${readFileSync(at('other-ca.pub'), 'utf8')}`,
    );
    expect(await tryTo(sshd, { identity: [sshd.identity], knownHosts: at('wrong-key') })).toMatchObject({
      outcome: { kind: 'host-key', reason: expect.stringContaining('HAS CHANGED') },
    });
  });

  test('are reached so behind a gateway, and as a gateway', async () => {
    await using strict = await startSshd({ address: '127.88.12.9', settings: [only] });
    await using classic = await startSshd({ address: '127.88.12.10' });
    for (const [gateway, node] of [
      [classic, strict],
      [strict, classic],
    ] as const) {
      const hop = targetOf(gateway, 'ssh2');
      const gateways = [{ ...hop, target: { ...hop.target, node: 'head' } }];
      await using transports = createTransports({ keys: new KeyRing() });
      const wanted = targetOf(node, 'ssh2', { gateways, transportIsAskedFor: false });
      await using session = await (await transports.get('ssh2')).connect(wanted, never);
      const { stdout } = await finish(session, 'echo $SSH_CONNECTION');
      expect(stdout.toString()).toContain(` ${node.address} ${node.port}`);
      expect(gateway.log()).toContain('Accepted publickey');
    }
  });

  test('and one that refuses the key is not tried a second way', async () => {
    await using sshd = await startSshd({ address: '127.88.12.8' });
    const attempt = await tryTo(sshd, { identity: [at('plain')] });
    expect(attempt).toMatchObject({ outcome: { kind: 'auth' }, transport: 'ssh2', notes: [] });
    expect(sshd.log().match(/Connection from/g)).toHaveLength(2);
  });
});
