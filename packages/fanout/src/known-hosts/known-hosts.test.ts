import { utils } from 'ssh2';
import { describe, expect, test } from 'vitest';
import { fingerprint, hostKeyAlgorithms, keyTypeOf } from './host-key.ts';
import { KnownHosts } from './known-hosts.ts';
import { formatKnownHostLine } from './known-hosts-line.ts';

const [ours, other, authority] = [newKey('ed25519'), newKey('ed25519'), newKey('ed25519')];
const ecdsa = newKey('ecdsa');

const hashed = formatKnownHostLine(['n1'], ours.key, { hash: true }).trim();
const hashedPort = formatKnownHostLine(['[n1]:2222'], ours.key, { hash: true }).trim();

test('all that is known of a host can be told to another ssh, under one name', () => {
  const text = [
    `n1 ${other.text}`,
    `[n1]:2222,n2 ${ours.text}`,
    `@revoked * ${ecdsa.text}`,
    `@cert-authority *.example ${authority.text}`,
    hashedPort,
  ].join('\n');
  const known = new KnownHosts([{ path: 'f', text }]);
  expect(known.linesFor({ host: 'n1', port: 2222 }, 'x')).toEqual([
    { line: `x ${ours.text}`, where: 'f:2' },
    { line: `@revoked x ${ecdsa.text}`, where: 'f:3' },
    { line: `x ${ours.text}`, where: 'f:5' },
    { line: `x ${other.text}`, where: 'f:1' },
    { line: `@revoked x ${ecdsa.text}`, where: 'f:3' },
  ]);
  expect(known.linesFor({ host: '10.0.0.9', port: 22, alias: 'a.example' }, 'a.example')).toEqual([
    { line: `@revoked a.example ${ecdsa.text}`, where: 'f:3' },
    { line: `@cert-authority a.example ${authority.text}`, where: 'f:4' },
  ]);
});

describe('what known_hosts says of a host that shows our key', () => {
  const cases: readonly {
    it: string;
    file: string;
    at?: string;
    port?: number;
    alias?: string;
    verdict: string;
    line?: number;
  }[] = [
    { it: 'knows a plain line', file: `n1 ${ours.text}`, verdict: 'known', line: 1 },
    {
      it: 'knows a line with several names and a comment',
      file: `n0,n1,10.0.0.1 ${ours.text} root@n1 made 2026`,
      verdict: 'known',
    },
    { it: 'knows names in whatever case', file: `N1 ${ours.text}`, verdict: 'known' },
    { it: 'does not know an empty file', file: '', verdict: 'unknown' },
    { it: 'does not know another name', file: `n10 ${ours.text}`, verdict: 'unknown' },
    {
      it: 'takes no notice of comments and blank lines',
      file: `# n1 ${other.text}\n\n  \t\nn1 ${ours.text}`,
      verdict: 'known',
      line: 4,
    },
    { it: 'reads lines with carriage returns', file: `n1 ${ours.text}\r\n`, verdict: 'known' },
    { it: 'calls another key of the type changed', file: `n1 ${other.text}`, verdict: 'changed', line: 1 },
    { it: 'calls a key of another type changed', file: `n1 ${ecdsa.text}`, verdict: 'changed', line: 1 },
    {
      it: 'points at the line of the same type',
      file: `n1 ${ecdsa.text}\nn1 ${other.text}`,
      verdict: 'changed',
      line: 2,
    },
    { it: 'takes any of several keys', file: `n1 ${other.text}\nn1 ${ours.text}`, verdict: 'known', line: 2 },
    { it: 'knows a hashed name', file: hashed, verdict: 'known' },
    { it: 'does not take a hashed name for another host', file: hashed, at: 'n2', verdict: 'unknown' },
    { it: 'knows a hashed name with a port', file: hashedPort, port: 2222, verdict: 'known' },
    { it: 'knows a port', file: `[n1]:2222 ${ours.text}`, port: 2222, verdict: 'known' },
    {
      it: 'keeps ports apart',
      file: `[n1]:2222 ${other.text}\n[n1]:2223 ${ours.text}`,
      port: 2222,
      verdict: 'changed',
    },
    { it: 'does not take port 2222 for port 22', file: `[n1]:2222 ${ours.text}`, verdict: 'unknown' },
    {
      it: 'takes the key of the portless name for another port',
      file: `n1 ${ours.text}`,
      port: 2222,
      verdict: 'known',
    },
    {
      it: 'takes the key of the portless name where the port has an authority',
      file: `@cert-authority [n1]:2222 ${authority.text}\nn1 ${ours.text}`,
      port: 2222,
      verdict: 'known',
    },
    {
      it: 'does not alarm for another key of the portless name',
      file: `n1 ${other.text}`,
      port: 2222,
      verdict: 'unknown',
    },
    {
      it: 'hears of a revocation under the portless name',
      file: `@revoked n1 ${ours.text}`,
      port: 2222,
      verdict: 'revoked',
    },
    {
      it: 'looks an alias up without the port',
      file: `cluster ${ours.text}`,
      alias: 'Cluster',
      port: 2222,
      verdict: 'known',
    },
    {
      it: 'does not look at the host when there is an alias',
      file: `n1 ${ours.text}`,
      alias: 'cluster',
      verdict: 'unknown',
    },
    { it: 'knows a wildcard', file: `n* ${ours.text}`, verdict: 'known' },
    { it: 'knows a question mark', file: `n? ${ours.text}`, verdict: 'known' },
    { it: 'obeys a negation after a match', file: `n*,!n1 ${ours.text}`, verdict: 'unknown' },
    { it: 'obeys a negation before a match', file: `!n1,n* ${ours.text}`, verdict: 'unknown' },
    { it: 'matches nothing by negation alone', file: `!n2 ${ours.text}`, verdict: 'unknown' },
    {
      it: 'matches a wildcard against the name with its port',
      file: `[n*]:2222 ${ours.text}`,
      port: 2222,
      verdict: 'known',
    },
    { it: 'refuses a revoked key', file: `@revoked n1 ${ours.text}`, verdict: 'revoked', line: 1 },
    {
      it: 'refuses a key revoked for all, known or not',
      file: `n1 ${ours.text}\n@revoked * ${ours.text}`,
      verdict: 'revoked',
      line: 2,
    },
    {
      it: 'refuses a key revoked by hashed name',
      file: `n1 ${ours.text}\n@revoked ${hashed}`,
      verdict: 'revoked',
      line: 2,
    },
    {
      it: 'is not impressed by the revocation of another key',
      file: `n1 ${ours.text}\n@revoked * ${other.text}`,
      verdict: 'known',
    },
    {
      it: 'does not take an authority for a host key',
      file: `@cert-authority n1 ${ours.text}`,
      verdict: 'certificate-only',
      line: 1,
    },
    {
      it: 'says that only a certificate would do',
      file: `@cert-authority *.example,n1 ${authority.text}`,
      verdict: 'certificate-only',
    },
    {
      it: 'prefers a plain key to an authority',
      file: `@cert-authority n1 ${authority.text}\nn1 ${ours.text}`,
      verdict: 'known',
      line: 2,
    },
    {
      it: 'reads IPv6 addresses',
      file: `fe80::1%eth0,2001:db8::1 ${ours.text}`,
      at: '2001:DB8::1',
      verdict: 'known',
    },
    {
      it: 'passes over a bad line and reads on',
      file: `n1 ssh-ed25519\nn1 ${ours.text}`,
      verdict: 'known',
      line: 2,
    },
  ];

  test.each(cases)('$it', ({ file, at = 'n1', port = 22, alias, verdict, line }) => {
    const found = new KnownHosts([{ path: 'kh', text: file }]).check({ host: at, port, alias }, ours.key);
    expect(found).toMatchObject(
      line === undefined ? { kind: verdict } : { kind: verdict, where: `kh:${line}` },
    );
  });

  test('reads several files as one, and says which', () => {
    const known = new KnownHosts([
      { path: 'user', text: `n2 ${other.text}\n` },
      { path: 'global', text: `n1 ${ours.text}\n@revoked n2 ${other.text}\n` },
    ]);
    expect(known.check({ host: 'n1', port: 22 }, ours.key)).toEqual({ kind: 'known', where: 'global:1' });
    expect(known.check({ host: 'n2', port: 22 }, other.key)).toEqual({ kind: 'revoked', where: 'global:2' });
  });

  test('tells the recorded key of a changed host', () => {
    const known = new KnownHosts([{ path: 'kh', text: `n1 ${other.text}\n` }]);
    expect(known.check({ host: 'n1', port: 22 }, ours.key)).toEqual({
      kind: 'changed',
      where: 'kh:1',
      keyType: 'ssh-ed25519',
      fingerprint: fingerprint(other.key),
    });
  });

  test('a key that was added is known, and another one is then an alarm', () => {
    const known = new KnownHosts([]);
    expect(known.check({ host: 'n1', port: 2222 }, ours.key).kind).toBe('unknown');
    known.add({ host: 'n1', port: 2222 }, ours.key, 'kh:1');
    expect(known.check({ host: 'n1', port: 2222 }, ours.key).kind).toBe('known');
    expect(known.check({ host: 'n1', port: 2222 }, other.key).kind).toBe('changed');
  });
});

describe('key types to offer', () => {
  const known = new KnownHosts([
    {
      path: 'kh',
      text: `n1 ${ecdsa.text}\nn1,n2 ${ours.text}\n@revoked n1 ${other.text}\n@cert-authority n3 ${authority.text}\n[n1]:2222 ${ours.text}\n`,
    },
  ]);

  test('are those of the plain lines, in their order', () => {
    expect(known.keyTypesFor({ host: 'n1', port: 22 })).toEqual(['ecdsa-sha2-nistp256', 'ssh-ed25519']);
    expect(known.keyTypesFor({ host: 'n1', port: 2222 })).toEqual(['ssh-ed25519']);
    expect(known.keyTypesFor({ host: 'n2', port: 99 })).toEqual([]);
    expect(known.keyTypesFor({ host: 'n3', port: 22 })).toEqual([]);
  });

  test('become signature algorithms: RSA keys never sign with SHA-1', () => {
    expect(hostKeyAlgorithms(['ssh-rsa', 'ssh-ed25519'])).toEqual([
      'rsa-sha2-512',
      'rsa-sha2-256',
      'ssh-ed25519',
    ]);
  });

  test('an authority counts only where no plain key is known', () => {
    expect(known.certificateAuthorityOnly({ host: 'n3', port: 22 })).toBe('kh:4');
    expect(known.certificateAuthorityOnly({ host: 'n1', port: 22 })).toBeUndefined();
  });
});

describe('bad lines are reported with file and line', () => {
  test.each([
    ['@unknown n1 ssh-ed25519 AAAA', "kh:1: unknown marker '@unknown'"],
    ['n1', 'kh:1: host names, key type and key expected'],
    ['n1 1024 35 1234567', 'kh:1: a key of SSH protocol 1'],
    ['n1 ssh-ed25519 AAAA', 'kh:1: malformed key'],
    ['|1|c2FsdA==|aGFzaA== ssh-ed25519 AAAA', 'kh:1: malformed hashed host name'],
    [`n1 ssh-rsa ${ours.text.split(' ')[1]}`, "kh:1: key type 'ssh-rsa' holds a key of type 'ssh-ed25519'"],
  ])('%s', (text, problem) => {
    expect(new KnownHosts([{ path: 'kh', text }]).problems).toEqual([problem]);
  });
});

test('what is no key has no type', () => {
  expect([Buffer.alloc(0), Buffer.from([0, 0, 0, 9, 1]), Buffer.alloc(64)].map(keyTypeOf)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

function newKey(type: 'ed25519' | 'ecdsa'): { readonly text: string; readonly key: Buffer } {
  const pair =
    type === 'ed25519'
      ? utils.generateKeyPairSync('ed25519')
      : utils.generateKeyPairSync('ecdsa', { bits: 256 });
  const text = pair.public.trim();
  return { text, key: Buffer.from(text.split(' ')[1] ?? '', 'base64') };
}
