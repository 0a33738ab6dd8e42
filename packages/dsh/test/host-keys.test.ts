// No host whose key is not known for certain is ever spoken to: not a user name, not a key, not a command reaches it.
// On both transports, for the node itself and for a gateway. Needs root, openssh-server and iproute2.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NamespacesLab } from '@heorot/lab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { namespacesPlace, type Place } from './fixtures/lab-of.ts';

let place: Place<NamespacesLab>;
beforeAll(async () => {
  place = await namespacesPlace({ nodes: 2 });
});
afterAll(() => place[Symbol.asyncDispose]());

/** What known_hosts says of a host at this address with this key. */
type Knowledge = (address: string, key: string) => string;

const alarm = /ask its administrator|do not use this host/;
const trust = /^nodes trust -w (n1|n2)$/;
const useOpenssh = /--transport openssh|nodes trust -w/;

const refused: readonly (readonly [string, Knowledge, RegExp])[] = [
  ['unknown: an empty file', () => '', trust],
  ['unknown: other hosts only', (_, key) => `198.18.255.253,other ${key}\n|1|AAAA|AAAA ${key}\n`, trust],
  ['unknown: a negated name', (address, key) => `*,!${address} ${key}\n`, trust],
  ['unknown: known at another port', (address, key) => `[${address}]:2222 ${key}\n`, trust],
  ['unknown: broken lines', (address, key) => `${address} ssh-ed25519 AAAA\n${address}\n${key}\n`, trust],
  ['changed', (address) => `${address} ${otherKey('ed25519')}\n`, alarm],
  [
    'changed, among others',
    (address) => `${address} ${otherKey('rsa')}\n${address} ${otherKey('ed25519')}\n`,
    alarm,
  ],
  ['revoked', (_, key) => `@revoked * ${key}\n`, alarm],
  ['revoked although listed', (address, key) => `${address} ${key}\n@revoked ${address} ${key}\n`, alarm],
  ['known by a type it does not have', (address) => `${address} ${otherKey('rsa')}\n`, /./],
  ['known by its authority only', () => `@cert-authority * ${otherKey('ed25519')}\n`, useOpenssh],
  ['its own key as an authority', (_, key) => `@cert-authority * ${key}\n`, useOpenssh],
];

describe.each(['ssh2', 'openssh'])('%s', (transport) => {
  describe.each(['the node', 'the gateway'])('%s', (who) => {
    test.each(refused)('%s: is refused before anything is sent', async (_name, knowledge, hint) => {
      const suspect = 'n1';
      const cluster = writeCluster(who === 'the gateway', onlyOf(suspect, knowledge));
      const asked = who === 'the gateway' ? 'n2' : 'n1';
      const before = logOf(suspect).length;
      const argv = [
        '--cluster',
        cluster,
        '-w',
        asked,
        '--transport',
        transport,
        '--json',
        'touch /root/touched',
      ];
      const { code, stdout, stderr } = await place.desk.dsh(argv);
      const [result] = JSON.parse(stdout).nodes;
      expect(result.outcome).toMatchObject({ kind: 'host-key', hint: expect.stringMatching(hint) });
      expect(code).toBe(4);
      expect(stderr).toMatch(/0 of 1 ok in .* · host-key: /);
      expect(stderr.trimEnd().split('\n').at(-1)).toBe(result.outcome.hint);
      // sshd tells of the connection a moment after it.
      await sleep(100);
      expect(logOf(suspect).slice(before)).not.toMatch(/user|Accepted|Failed|Postponed|session/);
    });

    test('a known key is accepted', async () => {
      const cluster = writeCluster(who === 'the gateway', (address, key) => `${address} ${key}\n`);
      const asked = who === 'the gateway' ? 'n2' : 'n1';
      const { code, stdout } = await place.desk.dsh([
        '--cluster',
        cluster,
        '-w',
        asked,
        '--transport',
        transport,
        'hostname',
      ]);
      expect([code, stdout]).toEqual([0, `${asked}: ${asked}\n`]);
    });
  });

  describe('with HostKeyAlias', () => {
    const alias = 'the-alias';
    const run = (knowledge: Knowledge) => {
      const cluster = writeCluster(false, knowledge);
      const config = join(place.desk.folder, 'ssh_config');
      writeFileSync(config, `Host *\n  HostKeyAlias ${alias}\n`);
      return place.desk.dsh([
        '--cluster',
        cluster,
        '--ssh-config',
        config,
        '-w',
        'n1',
        '--transport',
        transport,
        'hostname',
      ]);
    };

    test('a host known by its address only is refused', async () => {
      const { code, stderr } = await run((address, key) => `${address} ${key}\n`);
      expect(stderr).toMatch(/host-key: n1/);
      expect(code).toBe(4);
    });

    test('a changed key of the alias is refused', async () => {
      const { code, stderr } = await run(
        (address, key) => `${address} ${key}\n${alias} ${otherKey('ed25519')}\n`,
      );
      expect(stderr).toMatch(/HAS CHANGED/);
      expect(code).toBe(4);
    });

    test('a host known by its alias is accepted', async () => {
      expect((await run((_, key) => `${alias} ${key}\n`)).code).toBe(0);
    });
  });

  describe('--accept-new', () => {
    test.each(refused.filter(([name]) => name.startsWith('unknown')))(
      'records the key of a host that is %s',
      async (_, knowledge) => {
        const cluster = writeCluster(false, onlyOf('n1', knowledge));
        const before = readFileSync(knownHosts(), 'utf8');
        const argv = ['--cluster', cluster, '-w', 'n1', '--transport', transport, '--accept-new', 'hostname'];
        expect(await place.desk.dsh(argv)).toMatchObject({ code: 0, stdout: 'n1: n1\n' });
        const after = readFileSync(knownHosts(), 'utf8');
        expect(after.startsWith(before)).toBe(true);
        expect(after.slice(before.length).trimEnd().split('\n').length).toBe(1);
        expect(foundByOpenssh(nodeOf('n1').address)).toContain(keyOf('n1'));
      },
    );

    test.each(refused.filter(([name]) => !name.startsWith('unknown') && !name.includes('authority')))(
      'refuses a host whose key is %s, and writes nothing',
      async (_, knowledge) => {
        const cluster = writeCluster(false, onlyOf('n1', knowledge));
        const before = readFileSync(knownHosts(), 'utf8');
        const argv = ['--cluster', cluster, '-w', 'n1', '--transport', transport, '--accept-new', 'hostname'];
        const { code, stdout, stderr } = await place.desk.dsh(argv);
        expect(stderr).toMatch(/host-key: n1/);
        expect([code, stdout]).toEqual([4, '']);
        expect(readFileSync(knownHosts(), 'utf8')).toBe(before);
      },
    );
  });
});

/** The others are known as they are. */
function onlyOf(suspect: string, knowledge: Knowledge) {
  return (address: string, key: string, name: string) =>
    name === suspect ? knowledge(address, key) : `${address} ${key}\n`;
}

/** Names may be recorded as hashes (HashKnownHosts of Debian's ssh_config). */
const foundByOpenssh = (host: string): string =>
  execFileSync('ssh-keygen', ['-F', host, '-f', knownHosts()], { encoding: 'utf8' });

const knownHosts = (): string => join(place.desk.folder, 'known_hosts');
const logOf = (node: string): string =>
  readFileSync(join(place.lab.folder, 'nodes', node, 'sshd.log'), 'utf8');

/** A cluster of n1 and n2, n1 perhaps the gateway of n2, and a known_hosts that says what is asked for of each. */
function writeCluster(
  viaGateway: boolean,
  knowledge: (address: string, key: string, name: string) => string,
): string {
  const path = join(place.desk.folder, 'cluster.yaml');
  const lines = place.lab.nodes.map(({ name, address }) => knowledge(address, keyOf(name), name));
  writeFileSync(knownHosts(), lines.join(''));
  const cluster = {
    defaults: { user: 'root', identity: place.lab.identity, knownHosts: knownHosts() },
    nodes: {
      n1: { address: nodeOf('n1').address },
      n2: { address: nodeOf('n2').address, ...(viaGateway ? { gateway: 'n1' } : {}) },
    },
  };
  writeFileSync(path, JSON.stringify(cluster), { mode: 0o600 });
  return path;
}

function nodeOf(name: string): { readonly address: string } {
  const node = place.lab.nodes.find((each) => each.name === name);
  if (node === undefined) throw new Error(`no node ${name}`);
  return node;
}

/** `TYPE BASE64` of the node's own host key. */
function keyOf(name: string): string {
  const [, type, key] = (lineOf(name) ?? '').split(' ');
  return `${type} ${key?.trim()}`;
}

const lineOf = (name: string) =>
  readFileSync(place.lab.knownHosts, 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`${nodeOf(name).address} `));

const made = new Map<string, string>();

/** A key that no node has. */
function otherKey(type: 'ed25519' | 'rsa'): string {
  const known = made.get(type);
  if (known !== undefined) return known;
  const path = join(place.desk.folder, `other-${type}`);
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', path]);
  const key = readFileSync(`${path}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
  made.set(type, key);
  return key;
}
