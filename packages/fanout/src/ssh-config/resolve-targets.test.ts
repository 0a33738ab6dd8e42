import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { NodeSet, parseHostName } from '@heorot/inventory';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Target } from '../model/target.ts';
import { type HomeFolder, openHomeFolder, targetNamed } from './home-folder.fixture.ts';
import { type ResolveOptions, resolveTargets } from './resolve-targets.ts';

let place: HomeFolder;
beforeEach(async () => {
  place = await openHomeFolder();
});
afterEach(() => place[Symbol.asyncDispose]());

describe('what is decided for a target', () => {
  test('without any configuration: the defaults of ssh', async () => {
    const resolved = await place.resolve('n1');
    expect(resolved).toMatchObject({
      host: 'n1',
      port: 22,
      user: 'alice',
      identityFiles: [],
      gateways: [],
      strictHostKeyChecking: 'yes',
      connectTimeoutMs: 10_000,
      keepAliveIntervalMs: 20_000,
      keepAliveCountMax: 3,
      transport: 'ssh2',
      warnings: [],
    });
    expect(resolved.knownHostsFiles[0]).toBe(join(place.home, '.ssh/known_hosts'));
  });

  test('the inventory wins over ssh config, ssh config over the defaults', async () => {
    await place.config(
      'Host n*\n User bob\n Port 2222\n HostName %h.cluster\n ConnectTimeout 3\n ServerAliveInterval 15\n HostKeyAlias Cluster',
    );
    const resolved = await place.resolve('n1', { user: 'root', knownHosts: '/kh' });
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

  test('a vanished node is found out by itself, unless ssh config says not to', async () => {
    await place.config('ServerAliveInterval 0');
    expect(await place.resolve('n1')).toMatchObject({ keepAliveIntervalMs: 0 });
  });

  test("the user's file wins over the system's, and -F replaces both", async () => {
    await place.config('User bob');
    await place.put('etc/ssh_config', 'User carol\nPort 24');
    await place.put('other', 'User dave');
    expect(await place.resolve('n1')).toMatchObject({ user: 'bob', port: 24 });
    expect(await place.resolve('n1', {}, { sshConfigFile: join(place.home, 'other') })).toMatchObject({
      user: 'dave',
      port: 22,
    });
    expect(await place.resolve('n1', {}, { sshConfigFile: 'none' })).toMatchObject({
      user: 'alice',
      port: 22,
    });
  });

  test('an included file stands under the Host line that includes it', async () => {
    await place.config('Host n1\n Include extra/*.conf\nHost *\n Port 24');
    await place.put('.ssh/extra/a.conf', 'User fromA\nHost n2\n User never');
    await place.put('.ssh/extra/.hidden.conf', 'Port 99');
    expect(await place.resolve('n1')).toMatchObject({ user: 'fromA', port: 24 });
    expect(await place.resolve('n2')).toMatchObject({ user: 'alice', port: 24 });
  });

  test('tokens, variables and ~ are expanded where ssh does', async () => {
    place.machine = { ...place.machine, environment: { KEYS: 'deep', SSH_AUTH_SOCK: '/agent' } };
    await place.put('k/deep/n1-alice-22', 'not a key');
    await place.config(
      'IdentityFile ~/k/${KEYS}/%n-%r-%p\nUserKnownHostsFile %d/kh-%L-%%\nGlobalKnownHostsFile none',
    );
    const resolved = await place.resolve('n1');
    expect(resolved.identityFiles).toEqual([join(place.home, 'k/deep/n1-alice-22')]);
    expect(resolved.knownHostsFiles).toEqual([join(place.home, 'kh-head-%')]);
    expect(resolved.agentSocket).toBe('/agent');
  });

  test('a key that was asked for and is missing is said; missing default keys are not', async () => {
    await place.put('.ssh/id_ed25519', 'x');
    expect((await place.resolve('n1')).identityFiles).toEqual([join(place.home, '.ssh/id_ed25519')]);
    const resolved = await place.resolve('n1', { identity: ['/no/such/key'] });
    expect([resolved.identityFiles, resolved.warnings]).toEqual([
      [],
      ['identity file /no/such/key does not exist'],
    ]);
  });

  test('a path of the inventory is taken as it is, and a key named twice is tried once', async () => {
    await place.put('100%', 'x');
    await place.config('IdentityFile ~/100%%\nConnectTimeout 0');
    const resolved = await place.resolve('n1', { identity: [join(place.home, '100%')] });
    expect(resolved).toMatchObject({
      identityFiles: [join(place.home, '100%')],
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
    await place.config(`StrictHostKeyChecking ${value}`);
    const resolved = await place.resolve('n1');
    expect([resolved.strictHostKeyChecking, resolved.warnings.length]).toEqual([meaning, warnings]);
  });

  test('ten thousand targets read each file once', async () => {
    await place.config('Host n*\n User bob\nHost *\n IdentityFile ~/.ssh/k');
    const targets = Array.from({ length: 10_000 }, (_, at) => targetNamed(`n${at}`));
    const resolved = await resolveTargets(targets, { machine: place.machine });
    expect(resolved).toHaveLength(10_000);
    expect(new Set(resolved.map(({ user }) => user))).toEqual(new Set(['bob']));
  });
});

describe('gateways', () => {
  test('are resolved themselves, from the outermost to the innermost', async () => {
    await place.config(
      'Host inner\n ProxyJump root@middle:2222\nHost middle\n ProxyJump outer\n User m\nHost outer\n User o',
    );
    const resolved = await place.resolve('inner');
    expect(resolved.gateways.map(({ user, host, port }) => `${user}@${host}:${port}`)).toEqual([
      'o@outer:22',
      'root@middle:2222',
    ]);
    expect(resolved.gateways[1]?.gateways.map(({ host }) => host)).toEqual(['outer']);
  });

  test('several hops of one line lead through each other', async () => {
    const resolved = await place.resolve('n1', { gateway: 'a,b,c' });
    expect(resolved.gateways.map(({ host }) => host)).toEqual(['a', 'b', 'c']);
    expect(resolved.gateways[2]?.gateways.map(({ host }) => host)).toEqual(['a', 'b']);
  });

  test('that are nodes of the inventory have its record', async () => {
    const lookup = (name: string): Target | undefined =>
      name === 'head'
        ? { node: 'head', host: parseHostName('10.0.0.1'), settings: { user: 'root', port: 2022 } }
        : undefined;
    const resolved = await place.resolve('n1', { gateway: 'head' }, { lookup });
    expect(resolved.gateways[0]).toMatchObject({ host: '10.0.0.1', user: 'root', port: 2022 });
  });

  test('may be a ProxyCommand, which only OpenSSH can follow', async () => {
    await place.config(
      'Host n1\n ProxyCommand nc %h %p\nHost n2\n ProxyCommand none\nHost n3\n ProxyCommand nc %h %p',
    );
    expect(await place.resolve('n1')).toMatchObject({ throughProxyCommand: true, transport: 'openssh' });
    expect(await place.resolve('n2')).toMatchObject({ throughProxyCommand: false, transport: 'ssh2' });
    expect(await place.resolve('n3', { gateway: 'head' })).toMatchObject({ throughProxyCommand: false });
  });

  test('are shared by the nodes behind them', async () => {
    const [one, two] = await resolveTargets(
      [targetNamed('n1', { gateway: 'head' }), targetNamed('n2', { gateway: 'head' })],
      { machine: place.machine },
    );
    expect(one?.gateways[0]).toBe(two?.gateways[0]);
  });

  test('a gateway for all is not sent through itself', async () => {
    await place.config('Host *\n ProxyJump head');
    expect((await place.resolve('head')).gateways).toEqual([]);
    expect((await place.resolve('n1')).gateways.map(({ host }) => host)).toEqual(['head']);
  });

  test('that lead in a circle are an error', async () => {
    await place.config('Host a\n ProxyJump b\nHost b\n ProxyJump c\nHost c\n ProxyJump a');
    await expect(place.resolve('a')).rejects.toMatchObject({ code: 'gateway-cycle' });
  });

  const waysOf = async (name: string, gateway: string, options: ResolveOptions = {}) => {
    const { gateways, otherWays = [] } = await place.resolve(name, { gateway }, options);
    return [gateways, ...otherWays].map((way) => way.map(({ host }) => host).join(' '));
  };

  test('of which any will do are all ways, in an order that depends on the node', async () => {
    const names = Array.from({ length: 60 }, (_, number) => `n${number}`);
    const ways = await Promise.all(names.map((name) => waysOf(name, 'gw[1-2]')));
    expect(new Set(ways.map((each) => each.join()))).toEqual(new Set(['gw1,gw2', 'gw2,gw1']));
    expect(await waysOf('n7', 'gw[1-2]')).toEqual(ways[7]);
  });

  test('of which any will do may stand at each hop', async () => {
    const ways = await waysOf('n1', 'out[1-2],in[1-2]');
    expect(ways.toSorted()).toEqual(['out1 in1', 'out1 in2', 'out2 in1', 'out2 in2']);
  });

  test('may be a group', async () => {
    const expandGroup = async (group: string) => NodeSet.parse(group === '@gateways' ? 'gw[1-3]' : '');
    expect((await waysOf('n1', '@gateways', { expandGroup })).toSorted()).toEqual(['gw1', 'gw2', 'gw3']);
    await expect(waysOf('n1', '@gateways')).rejects.toMatchObject({ code: 'gateway-invalid' });
  });

  test('that stand behind others of which any will do have all their ways', async () => {
    const lookup = (name: string) => (name === 'in' ? targetNamed('in', { gateway: 'out[1-2]' }) : undefined);
    expect((await waysOf('n1', 'in', { lookup })).toSorted()).toEqual(['out1 in', 'out2 in']);
  });

  test('log in to their nodes where a relay is asked for, and are themselves logged in to from here', async () => {
    const resolved = await place.resolve('n1', { gateway: 'out,gw[1-2]' }, { transport: 'relay' });
    expect(resolved).toMatchObject({ transport: 'relay', transportIsAskedFor: true });
    expect(resolved.transportReason).toMatch(
      /^asked for by the command line; gw[12] or gw[12] logs in to it$/,
    );
    expect(resolved.gateways.map(({ transport }) => transport)).toEqual(['ssh2', 'ssh2']);
    expect(await place.resolve('out', {}, { transport: 'relay' })).toMatchObject({
      transport: 'ssh2',
      transportIsAskedFor: false,
      transportReason: 'no gateway leads to it that could be a relay; nothing asks for OpenSSH',
    });
  });

  test('may be lent the agent by ssh config, for a relay', async () => {
    await place.config('Host gw\n ForwardAgent yes');
    const resolved = await place.resolve('n1', { gateway: 'gw', transport: 'relay' });
    expect([resolved.forwardAgent, resolved.gateways[0]?.forwardAgent]).toEqual([false, true]);
  });

  test('one of those for all is reached directly', async () => {
    expect(await waysOf('gw2', 'gw[1-2]')).toEqual(['']);
  });

  test('that need OpenSSH make their nodes need it', async () => {
    await place.config('Host head\n ProxyCommand x');
    expect((await place.resolve('n1', { gateway: 'head' })).transportReason).toContain('its gateway head');
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
    await place.config(text);
    const failure = place.resolve('n1');
    await expect(failure).rejects.toMatchObject({ code });
    await expect(failure).rejects.toThrow(message);
  });

  test('one that others can write; but not one that was named with -F', async () => {
    await place.config('User eve');
    const path = join(place.home, '.ssh/config');
    await chmod(path, 0o664);
    await expect(place.resolve('n1')).rejects.toMatchObject({
      code: 'ssh-config-unsafe',
      hint: `chmod go-w ${path}`,
    });
    expect((await place.resolve('n1', {}, { sshConfigFile: path })).user).toBe('eve');
  });

  test('one that was named and is not there', async () => {
    await expect(place.resolve('n1', {}, { sshConfigFile: '/no/such' })).rejects.toMatchObject({
      code: 'ssh-config-unreadable',
    });
  });
});

test('bad lines of known_hosts are said, a few of them', async () => {
  await place.put('.ssh/known_hosts', 'junk\n'.repeat(5));
  const path = join(place.home, '.ssh/known_hosts');
  const reason = 'host names, key type and key expected';
  expect((await place.resolve('n1')).warnings).toEqual([
    ...[1, 2, 3].map((line) => `${path}:${line}: ${reason}`),
    '2 more bad lines in known hosts',
  ]);
});

test.each([
  ['yes', 'ssh2', [expect.stringContaining('not post-quantum')]],
  ['no', 'ssh2', []],
  ['yes', 'openssh', []],
] as const)('WarnWeakCrypto %s, transport %s', async (value, transport, warnings) => {
  await place.config(`Host *\n WarnWeakCrypto ${value}`);
  expect((await place.resolve('n1', { transport })).warnings).toEqual(warnings);
});

test('an option that nobody knows is said, with its line', async () => {
  await place.config('Host *\n Bogus yes\n ForwardAgent yes');
  const path = join(place.home, '.ssh/config');
  expect((await place.resolve('n1')).warnings).toEqual([
    `${path}:2: unknown option 'bogus'`,
    `forwardagent yes (${path}:3) is not taken over`,
  ]);
});
