// Random configurations, read by us and by `ssh -G`: both must come to the same answer for the same host.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { evaluate } from '../src/ssh-config/evaluate.ts';
import { hostConfig } from '../src/ssh-config/host-config.ts';
import { localMachine } from '../src/ssh-config/local-machine.ts';
import { parseProxyJump } from '../src/ssh-config/proxy-jump.ts';
import { readSshConfig } from '../src/ssh-config/ssh-config-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'ssh-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const hosts = ['n1', 'n12', 'gpu3', 'n1.example.org', 'N1', 'login'];
const pattern = fc.constantFrom(
  '*',
  'n*',
  'n?',
  'n1',
  '!n1',
  '!gpu*',
  'gpu3',
  '*.example.org',
  'N1',
  'login',
  '?1*',
  '10.0.0.*',
);
const quoted = fc.constantFrom(
  (text: string) => text,
  (text: string) => `"${text}"`,
);
const separator = fc.constantFrom(' ', '\t', '=', ' = ', '   ');
const keywordCase = fc.constantFrom(
  (text: string) => text,
  (text: string) => text.toLowerCase(),
  (text: string) => text.toUpperCase(),
);

const quoting = fc.constantFrom(
  'User "a b"',
  "User 'a b'",
  'User a\\ b',
  'User a#b',
  'User a #b',
  'User "a #b"',
  'User "a"b',
  'User a\\"b',
  'User = "a" ',
  'IdentityFile "a\\"b"',
  'IdentityFile a\\xb',
  '"User" q',
  'Port="99"',
  'Port 98 # x',
  "UserKnownHostsFile /a#b '/c d'",
  'User a\\\\b',
  'User a\f',
);
const option = fc.oneof(
  quoting,
  setting('HostName', fc.constantFrom('10.0.0.1', '%h.example.org', 'UPPER.example', '10.0.0.%%h')),
  setting('User', fc.constantFrom('root', 'alice', 'bob')),
  setting('Port', fc.constantFrom('22', '2222', '10022')),
  setting('IdentityFile', fc.constantFrom('/k/a', '~/k/b', '/k/with space', '%d/k/%h', 'none')),
  setting('IdentitiesOnly', fc.constantFrom('yes', 'no')),
  setting('HostKeyAlias', fc.constantFrom('alias', 'Alias.Example')),
  setting('StrictHostKeyChecking', fc.constantFrom('yes', 'ask', 'accept-new')),
  setting('ConnectTimeout', fc.constantFrom('5', '1m30s', '2h', 'none')),
  setting('ServerAliveInterval', fc.constantFrom('0', '15', '1m')),
  setting('ServerAliveCountMax', fc.constantFrom('1', '7')),
  setting('ProxyJump', fc.constantFrom('head', 'none', 'root@gate:2022,head', 'ssh://u@h:9')),
  setting('HashKnownHosts', fc.constantFrom('yes', 'no')),
  fc.constantFrom(
    'UserKnownHostsFile /kh/a /kh/b',
    'UserKnownHostsFile "/kh/with space" # why',
    'UserKnownHostsFile ~/kh/%h',
    'UserKnownHostsFile none',
  ),
  fc.constantFrom(
    'GlobalKnownHostsFile /g/a /g/b',
    'ProxyCommand none',
    '# a comment',
    '   ',
    'SendEnv LANG LC_*',
  ),
);
const header = fc.oneof(
  fc.array(pattern, { minLength: 1, maxLength: 3 }).map((patterns) => `Host ${patterns.join(' ')}`),
  fc
    .array(
      fc.oneof(
        fc
          .tuple(fc.constantFrom('host', 'originalhost', '!host', '!originalhost'), pattern)
          .map((words) => words.join(' ')),
        fc
          .tuple(
            fc.constantFrom('user', '!user', 'localuser'),
            fc.constantFrom('root', 'alice', 'al*,!alice', 'nobody'),
          )
          .map((words) => words.join(' ')),
        fc.constantFrom('final', '!final', 'canonical'),
      ),
      { minLength: 1, maxLength: 3 },
    )
    .map((criteria) => `Match ${criteria.join(' ')}`),
  fc.constantFrom(
    'Host "n1" gpu3',
    'Host n1 # c',
    'Host n1,gpu3',
    'Match host "n1,gpu3"',
    'Match host=n1 user=root',
    'Match all # c',
    'Match originalhost N1',
  ),
  fc.constantFrom(
    'Match all',
    'Match final all',
    `Include ${folder}/included/*.conf`,
    `Include ${folder}/included/one.conf ${folder}/missing`,
  ),
);
const file = fc
  .array(fc.oneof({ weight: 3, arbitrary: option }, { weight: 1, arbitrary: header }), { maxLength: 14 })
  .map((lines) => `${lines.join('\n')}\n`);
const included = file.map((text) => text.replaceAll(/^Include.*$/gm, ''));

test('a random configuration means to us what it means to ssh -G', { timeout: 120_000 }, async () => {
  mkdirSync(join(folder, 'included'));
  await fc.assert(
    fc.asyncProperty(file, included, included, fc.constantFrom(...hosts), async (main, one, two, host) => {
      const path = join(folder, 'config');
      writeFileSync(path, main);
      writeFileSync(join(folder, 'included', 'one.conf'), one);
      writeFileSync(join(folder, 'included', 'two.conf'), two);
      expect(await ours(path, host)).toEqual(openssh(path, host));
    }),
    { seed: 20_261_122, numRuns: 1000 },
  );
});

function setting(keyword: string, value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(keywordCase, separator, quoted, value).map(([cased, between, quote, text]) => {
    // ssh takes ProxyJump as the rest of the line, quotes and all, and then fails on them.
    const value = keyword === 'ProxyJump' ? text : text.includes(' ') ? `"${text}"` : quote(text);
    return `  ${cased(keyword)}${between}${value}`;
  });
}

type Answer = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

async function ours(path: string, host: string): Promise<Answer> {
  const machine = localMachine();
  const config = await readSshConfig(path, machine);
  const found = hostConfig(config, host, {}, machine);
  return {
    hostname: found.host,
    port: found.port,
    user: found.user,
    identities: (evaluate(config, { host }, machine).lists.get('identityfile') ?? []).flatMap(
      ({ words }) => words,
    ),
    identitiesOnly: found.identitiesOnly,
    alias: found.hostKeyAlias,
    connectTimeoutMs: found.connectTimeoutMs,
    keepAliveIntervalMs: found.keepAliveIntervalMs ?? 0,
    keepAliveCountMax: found.keepAliveCountMax,
    proxyJump: jump(found.proxyJump),
    hash: found.hashKnownHosts,
    strict: found.strictHostKeyChecking,
    knownHosts: found.knownHostsFiles,
  };
}

function jump(value: string | undefined): string | undefined {
  const hops = parseProxyJump(value ?? 'none').map(({ user, to, port }) => {
    const host = 'group' in to ? to.group : to.join(',');
    return `${user === undefined ? '' : `${user}@`}${host}${port === undefined ? '' : `:${port}`}`;
  });
  return hops.length === 0 ? undefined : hops.join(',');
}

function openssh(path: string, host: string): Answer {
  const lines = execFileSync('ssh', ['-G', '-F', path, '--', host], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
    .trim()
    .split('\n');
  const all = (keyword: string) =>
    lines.filter((line) => line.startsWith(`${keyword} `)).map((line) => line.slice(keyword.length + 1));
  const one = (keyword: string) => all(keyword)[0];
  const seconds = (keyword: string) => (one(keyword) === 'none' ? undefined : Number(one(keyword)) * 1000);
  const identities = all('identityfile');
  const files = (keyword: string) =>
    (one(keyword) ?? '').split(/ (?=\/)/).filter((name) => name !== 'none' && name !== '');
  return {
    hostname: one('hostname'),
    port: Number(one('port')),
    user: one('user'),
    identities: identities.includes('~/.ssh/id_xmss') ? [] : identities,
    identitiesOnly: one('identitiesonly') === 'yes',
    alias: one('hostkeyalias'),
    connectTimeoutMs: seconds('connecttimeout'),
    keepAliveIntervalMs: seconds('serveraliveinterval'),
    keepAliveCountMax: Number(one('serveralivecountmax')),
    proxyJump: one('proxyjump'),
    hash: one('hashknownhosts') === 'yes',
    strict: one('stricthostkeychecking') === 'accept-new' ? 'accept-new' : 'yes',
    knownHosts: [...files('userknownhostsfile'), ...files('globalknownhostsfile')],
  };
}
