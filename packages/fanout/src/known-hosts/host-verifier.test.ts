import { utils } from 'ssh2';
import { describe, expect, test } from 'vitest';
import { fingerprint } from './host-key.ts';
import { hostVerifier } from './host-verifier.ts';
import { type HostIdentity, KnownHosts } from './known-hosts.ts';

const [ours, other] = [newKey(), newKey()];
const host: HostIdentity = { host: 'n1', port: 22 };

describe('the host verifier', () => {
  const matrix = [
    { file: `n1 ${ours.text}`, policy: 'yes', accepts: true },
    { file: `n1 ${ours.text}`, policy: 'accept-new', accepts: true },
    { file: '', policy: 'yes', accepts: false, verdict: 'unknown' },
    { file: '', policy: 'accept-new', accepts: true },
    { file: `n1 ${other.text}`, policy: 'yes', accepts: false, verdict: 'changed' },
    { file: `n1 ${other.text}`, policy: 'accept-new', accepts: false, verdict: 'changed' },
    { file: `n1 ${ours.text}\n@revoked * ${ours.text}`, policy: 'yes', accepts: false, verdict: 'revoked' },
    { file: `@revoked n1 ${ours.text}`, policy: 'accept-new', accepts: false, verdict: 'revoked' },
    { file: `@cert-authority n1 ${other.text}`, policy: 'yes', accepts: false, verdict: 'certificate-only' },
    {
      file: `@cert-authority n1 ${other.text}`,
      policy: 'accept-new',
      accepts: false,
      verdict: 'certificate-only',
    },
  ] as const;

  test.each(matrix)('$policy over $file: $accepts $verdict', ({ file, policy, accepts, ...rest }) => {
    const verifier = hostVerifier({ node: 'n1', host, knownHosts: read(file), policy });
    expect(verifier.verify(ours.key)).toBe(accepts);
    expect(verifier.refusal()?.verdict).toBe('verdict' in rest ? rest.verdict : undefined);
  });

  test.each([Buffer.alloc(0), Buffer.from('junk'), Buffer.alloc(200, 0xff)])(
    'refuses what is not a key',
    (key) => {
      const verifier = hostVerifier({ node: 'n1', host, knownHosts: read(''), policy: 'accept-new' });
      expect(verifier.verify(key)).toBe(false);
      expect(verifier.refusal()?.verdict).toBe('malformed');
    },
  );

  test('refuses, and does not throw, when the check itself fails', () => {
    const knownHosts = read('');
    const broken = Object.assign(Object.create(knownHosts), {
      check: () => {
        throw new Error('disk on fire');
      },
    });
    const verifier = hostVerifier({ node: 'n1', host, knownHosts: broken, policy: 'accept-new' });
    expect(verifier.verify(ours.key)).toBe(false);
    expect(verifier.refusal()?.reason).toContain('disk on fire');
  });

  test('a refused connection stays refused, whatever key comes next', () => {
    const verifier = hostVerifier({ node: 'n1', host, knownHosts: read(`n1 ${ours.text}`), policy: 'yes' });
    expect([verifier.verify(other.key), verifier.verify(ours.key)]).toEqual([false, false]);
  });

  test('is asked again at every key exchange', () => {
    const verifier = hostVerifier({ node: 'n1', host, knownHosts: read(`n1 ${ours.text}`), policy: 'yes' });
    expect([verifier.verify(ours.key), verifier.verify(ours.key), verifier.verify(other.key)]).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('an unknown key is refused with its fingerprint and the command that records it', () => {
    const verifier = hostVerifier({ node: 'n1', host, knownHosts: read(''), policy: 'yes' });
    verifier.verify(ours.key);
    expect(verifier.refusal()).toEqual({
      verdict: 'unknown',
      reason: `host key of n1 is not known: ssh-ed25519 ${fingerprint(ours.key)}`,
      hint: 'nodes trust -w n1',
    });
  });

  test('a changed key is an alarm that names both keys and the line', () => {
    const verifier = hostVerifier({
      node: 'n1',
      host,
      knownHosts: read(`\nn1 ${other.text}`),
      policy: 'yes',
    });
    verifier.verify(ours.key);
    const { reason = '', hint = '' } = verifier.refusal() ?? {};
    for (const fact of ['HAS CHANGED', fingerprint(ours.key), fingerprint(other.key), 'kh:2'])
      expect(reason).toContain(fact);
    expect(hint).toMatch(/nodes trust -w n1 --replace$/);
  });

  test('accept-new records a key once, and then holds the host to it', () => {
    const recorded: string[] = [];
    const knownHosts = read('');
    const record = (key: Buffer) => {
      recorded.push(fingerprint(key));
      return 'kh:1';
    };
    const first = hostVerifier({ node: 'n1', host, knownHosts, policy: 'accept-new', record });
    const second = hostVerifier({ node: 'n1', host, knownHosts, policy: 'accept-new', record });
    expect([first.verify(ours.key), first.verify(ours.key), second.verify(other.key)]).toEqual([
      true,
      true,
      false,
    ]);
    expect(recorded).toEqual([fingerprint(ours.key)]);
    expect(first.notes()).toEqual([`host key of n1 recorded: ssh-ed25519 ${fingerprint(ours.key)}`]);
  });

  test('a key that could not be written down is accepted for this run, and that is said', () => {
    const record = () => {
      throw new Error('read-only file system');
    };
    const verifier = hostVerifier({ node: 'n1', host, knownHosts: read(''), policy: 'accept-new', record });
    expect(verifier.verify(ours.key)).toBe(true);
    expect(verifier.notes()).toEqual(['host key of n1 accepted, but not recorded: read-only file system']);
  });
});

function read(text: string): KnownHosts {
  return new KnownHosts([{ path: 'kh', text }]);
}

function newKey(): { readonly text: string; readonly key: Buffer } {
  const text = utils.generateKeyPairSync('ed25519').public.trim();
  return { text, key: Buffer.from(text.split(' ')[1] ?? '', 'base64') };
}
