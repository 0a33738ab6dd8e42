import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseHostName } from '@heorot/inventory';
import { utils } from 'ssh2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Target, TargetSettings } from '../model/target.ts';
import type { LocalMachine } from './local-machine.ts';
import { type ResolveOptions, resolveTargets } from './resolve-targets.ts';
import type { ResolvedTarget } from './resolved-target.ts';

let home: string;
let machine: LocalMachine;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'home-'));
  machine = {
    user: 'alice',
    uid: process.getuid?.() ?? 0,
    home,
    hostname: 'head.example',
    environment: {},
    systemFolder: join(home, 'etc'),
  };
});
afterEach(() => rm(home, { recursive: true }));

describe('what is decided for a target', () => {
  test('without any configuration: the defaults of ssh', async () => {
    const resolved = await resolve('n1');
    expect(resolved).toMatchObject({
      host: 'n1',
      port: 22,
      user: 'alice',
      identityFiles: [],
      gateways: [],
      strictHostKeyChecking: 'yes',
      connectTimeoutMs: 10_000,
      transport: 'ssh2',
      warnings: [],
    });
    expect(resolved.knownHostsFiles[0]).toBe(join(home, '.ssh/known_hosts'));
  });

  test('the inventory wins over ssh config, ssh config over the defaults', async () => {
    await config(
      'Host n*\n User bob\n Port 2222\n HostName %h.cluster\n ConnectTimeout 3\n ServerAliveInterval 15\n HostKeyAlias Cluster',
    );
    const resolved = await resolve('n1', { user: 'root', knownHosts: '/kh' });
    expect(resolved).toMatchObject({
      host: 'n1.cluster',
      port: 2222,
      user: 'root',
      connectTimeoutMs: 3000,
      keepAliveIntervalMs: 15_000,
      hostKeyAlias: 'cluster',
      knownHostsFiles: ['/kh'],
    });
  });

  test("the user's file wins over the system's, and -F replaces both", async () => {
    await config('User bob');
    await put('etc/ssh_config', 'User carol\nPort 24');
    await put('other', 'User dave');
    expect(await resolve('n1')).toMatchObject({ user: 'bob', port: 24 });
    expect(await resolve('n1', {}, { sshConfigFile: join(home, 'other') })).toMatchObject({
      user: 'dave',
      port: 22,
    });
    expect(await resolve('n1', {}, { sshConfigFile: 'none' })).toMatchObject({ user: 'alice', port: 22 });
  });

  test('an included file stands under the Host line that includes it', async () => {
    await config('Host n1\n Include extra/*.conf\nHost *\n Port 24');
    await put('.ssh/extra/a.conf', 'User fromA\nHost n2\n User never');
    await put('.ssh/extra/.hidden.conf', 'Port 99');
    expect(await resolve('n1')).toMatchObject({ user: 'fromA', port: 24 });
    expect(await resolve('n2')).toMatchObject({ user: 'alice', port: 24 });
  });

  test('tokens, variables and ~ are expanded where ssh does', async () => {
    machine = { ...machine, environment: { KEYS: 'deep', SSH_AUTH_SOCK: '/agent' } };
    await put('k/deep/n1-alice-22', 'not a key');
    await config(
      'IdentityFile ~/k/${KEYS}/%n-%r-%p\nUserKnownHostsFile %d/kh-%L-%%\nGlobalKnownHostsFile none',
    );
    const resolved = await resolve('n1');
    expect(resolved.identityFiles).toEqual([join(home, 'k/deep/n1-alice-22')]);
    expect(resolved.knownHostsFiles).toEqual([join(home, 'kh-head-%')]);
    expect(resolved.agentSocket).toBe('/agent');
  });

  test('a key that was asked for and is missing is said; missing default keys are not', async () => {
    await put('.ssh/id_ed25519', 'x');
    expect((await resolve('n1')).identityFiles).toEqual([join(home, '.ssh/id_ed25519')]);
    const resolved = await resolve('n1', { identity: ['/no/such/key'] });
    expect([resolved.identityFiles, resolved.warnings]).toEqual([
      [],
      ['identity file /no/such/key does not exist'],
    ]);
  });

  test('a path of the inventory is taken as it is, and a key named twice is tried once', async () => {
    await put('100%', 'x');
    await config('IdentityFile ~/100%%\nConnectTimeout 0');
    const resolved = await resolve('n1', { identity: [join(home, '100%')] });
    expect(resolved).toMatchObject({
      identityFiles: [join(home, '100%')],
      identitiesOnly: true,
      connectTimeoutMs: 10_000,
    });
  });

  test.each([
    ['yes', 'yes', 0],
    ['ask', 'yes', 0],
    ['accept-new', 'accept-new', 0],
    ['no', 'accept-new', 1],
    ['off', 'accept-new', 1],
  ])('StrictHostKeyChecking %s means %s', async (value, meaning, warnings) => {
    await config(`StrictHostKeyChecking ${value}`);
    const resolved = await resolve('n1');
    expect([resolved.strictHostKeyChecking, resolved.warnings.length]).toEqual([meaning, warnings]);
  });

  test('ten thousand targets read each file once', async () => {
    await config('Host n*\n User bob\nHost *\n IdentityFile ~/.ssh/k');
    const targets = Array.from({ length: 10_000 }, (_, at) => target(`n${at}`));
    const resolved = await resolveTargets(targets, { machine });
    expect(resolved).toHaveLength(10_000);
    expect(new Set(resolved.map(({ user }) => user))).toEqual(new Set(['bob']));
  });
});

describe('the transport', () => {
  test.each([
    ['ProxyCommand nc %h %p', 'openssh', 'proxycommand'],
    ['ProxyCommand none', 'ssh2', 'nothing'],
    ['Match exec true\n User x', 'openssh', 'Match exec'],
    ['Match host other exec true\n User x', 'ssh2', 'nothing'],
    ['CertificateFile ~/c', 'openssh', 'certificatefile'],
    ['GSSAPIAuthentication yes', 'openssh', 'gssapiauthentication'],
    ['PKCS11Provider /lib/p.so', 'openssh', 'pkcs11provider'],
    ['HostbasedAuthentication yes', 'openssh', 'hostbasedauthentication'],
    ['RevokedHostKeys /krl', 'openssh', 'revokedhostkeys'],
    ['KexAlgorithms sntrup761x25519-sha512@openssh.com', 'openssh', 'kexalgorithms'],
    ['KexAlgorithms sntrup761x25519-sha512@openssh.com,curve25519-sha256', 'ssh2', 'nothing'],
    ['Ciphers aes128-ctr', 'ssh2', 'nothing'],
    ['SendEnv LANG\nCompression yes\nControlMaster auto', 'ssh2', 'nothing'],
  ])('%s: %s', async (text, transport, reason) => {
    await config(text);
    const resolved = await resolve('n1');
    expect([resolved.transport, resolved.warnings]).toEqual([transport, []]);
    expect(resolved.transportReason).toContain(reason);
  });

  test('GSSAPI that the distribution switched on counts only with a ticket', async () => {
    await put('etc/ssh_config', 'Host *\n GSSAPIAuthentication yes');
    expect((await resolve('n1')).transport).toBe('ssh2');
    machine = { ...machine, environment: { KRB5CCNAME: 'FILE:/t' } };
    expect((await resolve('n1')).transport).toBe('openssh');
  });

  test('is OpenSSH for a certificate beside the key, and for a FIDO key that was asked for', async () => {
    await put('k', 'x');
    expect((await resolve('n1', { identity: [join(home, 'k')] })).transport).toBe('ssh2');
    await put('k-cert.pub', 'x');
    expect((await resolve('n1', { identity: [join(home, 'k')] })).transportReason).toContain(
      'a certificate lies beside',
    );
    await put('sk.pub', `sk-ssh-ed25519@openssh.com ${wire('sk-ssh-ed25519@openssh.com')}`);
    expect((await resolve('n1', { identity: [join(home, 'sk')] })).transportReason).toContain(
      'is a FIDO key',
    );
  });

  test('passes over a default FIDO key beside another key', async () => {
    await put('.ssh/id_ed25519_sk.pub', `sk-ssh-ed25519@openssh.com ${wire('sk-ssh-ed25519@openssh.com')}`);
    expect((await resolve('n1')).transport).toBe('openssh');
    await put('.ssh/id_ed25519', 'x');
    expect((await resolve('n1')).transport).toBe('ssh2');
  });

  test('is OpenSSH for a host that is known by an authority only', async () => {
    const [type, key] = utils.generateKeyPairSync('ed25519').public.split(' ');
    await put('.ssh/known_hosts', `@cert-authority n1 ${type} ${key}\n`);
    expect((await resolve('n1')).transportReason).toContain('certificate authority');
    expect((await resolve('n2')).transport).toBe('ssh2');
  });

  test('is what the command line says, then what the inventory says; with a warning where that cannot do all', async () => {
    await config('ProxyCommand x');
    expect(await resolve('n1', { transport: 'local' })).toMatchObject({
      transport: 'local',
      transportReason: 'asked for by the inventory',
    });
    const forced = await resolve('n1', { transport: 'local' }, { transport: 'ssh2' });
    expect(forced).toMatchObject({ transport: 'ssh2', transportReason: 'asked for by the command line' });
    expect(forced.warnings[0]).toContain('cannot honour: proxycommand');
  });
});

describe('gateways', () => {
  test('are resolved themselves, from the outermost to the innermost', async () => {
    await config(
      'Host inner\n ProxyJump root@middle:2222\nHost middle\n ProxyJump outer\n User m\nHost outer\n User o',
    );
    const resolved = await resolve('inner');
    expect(resolved.gateways.map(({ user, host, port }) => `${user}@${host}:${port}`)).toEqual([
      'o@outer:22',
      'root@middle:2222',
    ]);
    expect(resolved.gateways[1]?.gateways.map(({ host }) => host)).toEqual(['outer']);
  });

  test('several hops of one line lead through each other', async () => {
    const resolved = await resolve('n1', { gateway: 'a,b,c' });
    expect(resolved.gateways.map(({ host }) => host)).toEqual(['a', 'b', 'c']);
    expect(resolved.gateways[2]?.gateways.map(({ host }) => host)).toEqual(['a', 'b']);
  });

  test('that are nodes of the inventory have its record', async () => {
    const lookup = (name: string): Target | undefined =>
      name === 'head'
        ? { node: 'head', host: parseHostName('10.0.0.1'), settings: { user: 'root', port: 2022 } }
        : undefined;
    const resolved = await resolve('n1', { gateway: 'head' }, { lookup });
    expect(resolved.gateways[0]).toMatchObject({ host: '10.0.0.1', user: 'root', port: 2022 });
  });

  test('are shared by the nodes behind them', async () => {
    const [one, two] = await resolveTargets(
      [target('n1', { gateway: 'head' }), target('n2', { gateway: 'head' })],
      { machine },
    );
    expect(one?.gateways[0]).toBe(two?.gateways[0]);
  });

  test('a gateway for all is not sent through itself', async () => {
    await config('Host *\n ProxyJump head');
    expect((await resolve('head')).gateways).toEqual([]);
    expect((await resolve('n1')).gateways.map(({ host }) => host)).toEqual(['head']);
  });

  test('that lead in a circle are an error', async () => {
    await config('Host a\n ProxyJump b\nHost b\n ProxyJump c\nHost c\n ProxyJump a');
    await expect(resolve('a')).rejects.toMatchObject({ code: 'gateway-cycle' });
  });

  test('that need OpenSSH make their nodes need it', async () => {
    await config('Host head\n ProxyCommand x');
    expect((await resolve('n1', { gateway: 'head' })).transportReason).toContain('its gateway head');
  });
});

describe('a configuration that is refused', () => {
  test.each([
    ['Port many', 'ssh-config-invalid', "config:1: 'many' is not a number"],
    ['Host *\n User', 'ssh-config-invalid', "config:2: 'user' has no value"],
    ['User "x', 'ssh-config-invalid', 'config:1: no closing "'],
    ['Match host', 'ssh-config-invalid', "config:1: Match 'host' needs an argument"],
    ['Include config', 'ssh-config-invalid', 'included more than 16 files deep'],
    ['ConnectTimeout soon', 'ssh-config-invalid', "config:1: 'soon' is not a time"],
    ['IdentityFile %q', 'ssh-config-invalid', "unknown token '%q'"],
    ['IdentityFile ${NOWHERE}/k', 'ssh-config-invalid', 'NOWHERE, which is not set'],
    ['HostName -oProxyCommand=x', 'host-name-invalid', 'host name'],
    ['ProxyJump -x', 'gateway-invalid', "gateway '-x'"],
  ])('%j', async (text, code, message) => {
    await config(text);
    const failure = resolve('n1');
    await expect(failure).rejects.toMatchObject({ code });
    await expect(failure).rejects.toThrow(message);
  });

  test('one that others can write; but not one that was named with -F', async () => {
    await config('User eve');
    const path = join(home, '.ssh/config');
    await chmod(path, 0o664);
    await expect(resolve('n1')).rejects.toMatchObject({
      code: 'ssh-config-unsafe',
      hint: `chmod go-w ${path}`,
    });
    expect((await resolve('n1', {}, { sshConfigFile: path })).user).toBe('eve');
  });

  test('one that was named and is not there', async () => {
    await expect(resolve('n1', {}, { sshConfigFile: '/no/such' })).rejects.toMatchObject({
      code: 'ssh-config-unreadable',
    });
  });
});

test('bad lines of known_hosts are said, a few of them', async () => {
  await put('.ssh/known_hosts', 'junk\n'.repeat(5));
  const path = join(home, '.ssh/known_hosts');
  const reason = 'host names, key type and key expected';
  expect((await resolve('n1')).warnings).toEqual([
    ...[1, 2, 3].map((line) => `${path}:${line}: ${reason}`),
    '2 more bad lines in known hosts',
  ]);
});

test('an option that nobody knows is said, with its line', async () => {
  await config('Host *\n Bogus yes\n ForwardAgent yes');
  const path = join(home, '.ssh/config');
  expect((await resolve('n1')).warnings).toEqual([
    `${path}:2: unknown option 'bogus'`,
    `forwardagent yes (${path}:3) is not taken over`,
  ]);
});

async function resolve(
  name: string,
  settings: TargetSettings = {},
  options: ResolveOptions = {},
): Promise<ResolvedTarget> {
  const [resolved] = await resolveTargets([target(name, settings)], { machine, ...options });
  if (resolved === undefined) throw new Error('one target, one answer');
  return resolved;
}

function target(name: string, settings: TargetSettings = {}): Target {
  return { node: name, host: parseHostName(name), settings };
}

function config(text: string): Promise<void> {
  return put('.ssh/config', text);
}

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(home, path)), { recursive: true });
  await writeFile(join(home, path), text, { mode: 0o600 });
}

/** The wire form of a key of a type that ssh2 cannot make. */
function wire(type: string): string {
  return Buffer.concat([Buffer.from([0, 0, 0, type.length]), Buffer.from(type), Buffer.alloc(36)]).toString(
    'base64',
  );
}
