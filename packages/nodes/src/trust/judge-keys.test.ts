import { KnownHosts } from '@heorot/fanout';
import ssh2 from 'ssh2';
import { expect, test } from 'vitest';
import { judgeKeys, sharedKeys } from './judge-keys.ts';

const host = { host: '10.1.0.1', port: 22 };
const ed = hostKey('ed25519');
const otherEd = hostKey('ed25519');
const ecdsa = hostKey('ecdsa');

test.each([
  ['recorded', line(ed), ed, 'known'],
  ['not recorded at all', '', ed, 'new'],
  ['of a type that is not recorded', line(ed), ecdsa, 'new'],
  ['of a recorded type, but another key', line(otherEd), ed, 'changed'],
  ['revoked', `@revoked ${line(ed)}`, ed, 'revoked'],
])('a key that is %s', (_what, recorded, key, kind) => {
  const known = new KnownHosts([{ path: 'known_hosts', text: recorded }]);
  const [judged] = judgeKeys('n1', host, [key], known);
  expect(judged?.verdict.kind).toBe(kind);
});

test('nodes with the very same key are named together', () => {
  const known = new KnownHosts([]);
  const keys = [
    ...judgeKeys('n1', host, [ed, ecdsa], known),
    ...judgeKeys('n2', { host: '10.1.0.2', port: 22 }, [ed, otherEd], known),
  ];
  expect([...sharedKeys(keys).values()]).toEqual([['n1', 'n2']]);
});

function hostKey(type: 'ed25519' | 'ecdsa') {
  const pair =
    type === 'ed25519'
      ? ssh2.utils.generateKeyPairSync('ed25519')
      : ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });
  const [name = '', base64 = ''] = pair.public.split(' ');
  return { type: name, key: Buffer.from(base64, 'base64') };
}

function line({ type, key }: { type: string; key: Buffer }): string {
  return `10.1.0.1 ${type} ${key.toString('base64')}\n`;
}
