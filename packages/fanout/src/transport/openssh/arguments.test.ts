import { parseHostName } from '@heorot/inventory';
import { expect, test } from 'vitest';
import type { ResolvedTarget } from '../../ssh-config/resolved-target.ts';
import { commandArguments, masterArguments } from './arguments.ts';

function target(name: string, changes: Partial<ResolvedTarget> = {}): ResolvedTarget {
  const host = parseHostName(name);
  return {
    target: { node: name, host, settings: {} },
    host,
    port: 22,
    user: 'root',
    identityFiles: [],
    identitiesOnly: false,
    agentSocket: undefined,
    forwardAgent: false,
    gateways: [],
    throughProxyCommand: false,
    knownHostsFiles: [],
    hashKnownHosts: false,
    hostKeyAlias: undefined,
    strictHostKeyChecking: 'yes',
    connectTimeoutMs: 10_000,
    keepAliveIntervalMs: 15_000,
    keepAliveCountMax: 3,
    algorithms: {},
    transport: 'openssh',
    transportReason: '',
    transportIsAskedFor: true,
    sshConfigFile: undefined,
    warnings: [],
    ...changes,
  };
}

const master = { socket: '/tmp/s', forwardAgent: false };

test('the host comes last, behind --, under the name that its section of ssh config has', () => {
  const resolved = target('n1', { host: parseHostName('10.0.0.1') });
  const args = masterArguments(resolved, master);
  expect(args.slice(-2)).toEqual(['--', 'n1']);
  expect(args).toContain('HostName=10.0.0.1');
});

test('nothing is asked, nothing is forwarded, and the host key policy is ours', () => {
  expect(masterArguments(target('n1'), master)).toEqual(
    expect.arrayContaining([
      'BatchMode=yes',
      'StrictHostKeyChecking=yes',
      'ForwardAgent=no',
      'ForwardX11=no',
      'ClearAllForwardings=yes',
    ]),
  );
});

test('keys and known_hosts are left to ssh config unless they come from us', () => {
  const own = target('n1');
  const settings = { identity: ['/k/100%'], knownHosts: '/k/with blank' };
  const args = masterArguments({ ...own, target: { ...own.target, settings } }, master);
  expect(masterArguments(own, master).join(' ')).not.toMatch(/-i |UserKnownHostsFile|IdentitiesOnly/);
  expect(args).toEqual(
    expect.arrayContaining(['/k/100%%', 'IdentitiesOnly=yes', 'UserKnownHostsFile="/k/with blank"']),
  );
});

test('our gateways are reached with their own settings, each quoted for the shell of the one before', () => {
  const first = target('out', { port: 2201 });
  const second = target('in', { port: 2202 });
  const own = target('n1', { gateways: [first, second] });
  const args = masterArguments(
    { ...own, target: { ...own.target, settings: { gateway: 'out,in' } } },
    master,
  );
  const proxy = args.find((arg) => arg.startsWith('ProxyCommand='));
  expect(proxy).toMatch(/^ProxyCommand=ssh -a -W '\[%h\]:%p' .*Port=2202 .* -- in$/);
  expect(proxy).toMatch(/'ProxyCommand=ssh -a -W '\\''\[%%h\]:%%p'\\'' .*Port=2201 .* -- out'/);
});

test('a command never connects by itself and takes nothing from the configuration', () => {
  const args = commandArguments('/tmp/s', { command: 'uname -r' });
  expect(args.slice(-3)).toEqual(['--', 'master', 'uname -r']);
  expect(args).toEqual(expect.arrayContaining(['ProxyCommand=false', 'EscapeChar=none', '-T', '-a', 'none']));
});

test('a terminal is set up by the command itself', () => {
  const terminal = { columns: 80, rows: 24, term: 'xterm' };
  const args = commandArguments('/tmp/s', { command: 'top', terminal });
  expect(args).toContain('-tt');
  expect(args.at(-1)).toBe('stty sane columns 80 rows 24; top');
});
