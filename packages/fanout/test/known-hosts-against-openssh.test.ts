// Which lines speak of a host, and what a real ssh makes of them: ours against ssh-keygen and ssh.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import ssh2 from 'ssh2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readIdentity } from '../src/keys/identity-file.ts';
import { removeKnownHost } from '../src/known-hosts/edit-known-hosts.ts';
import { fingerprint } from '../src/known-hosts/host-key.ts';
import { type HostKeyVerdict, KnownHosts } from '../src/known-hosts/known-hosts.ts';

const folder = mkdtempSync(join(tmpdir(), 'known-hosts-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a server with a key of its own', () => {
  const keys = ['one', 'two', 'three'].map((name) =>
    keygen(name, ['-t', name === 'three' ? 'ecdsa' : 'ed25519']),
  );
  const [shown = ''] = keys;
  const server = new ssh2.Server({ hostKeys: [readFileSync(join(folder, 'one'))] }, (connection) => {
    connection.on('error', () => undefined).on('authentication', (context) => context.reject([]));
  });
  let port = 0;
  beforeAll(async () => {
    await new Promise<void>((listening) => {
      server.listen(0, '127.0.0.1', () => listening());
    });
    const address = server.address();
    port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  });
  afterAll(() => server.close());

  const field = fc.constantFrom(
    '127.0.0.1',
    '[127.0.0.1]:PORT',
    '127.*',
    '[127.*]:*',
    '*',
    '!127.0.0.1,*',
    '![127*,*',
    'other',
    'Alias',
    '[alias]:PORT',
  );
  const line = fc.record({
    marker: fc.constantFrom('', '', '', '', '@revoked ', '@cert-authority '),
    field,
    key: fc.constantFrom(...keys),
    hash: fc.boolean(),
  });

  test('is judged as ssh judges it', { timeout: 120_000 }, async () => {
    const path = join(folder, 'known_hosts');
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 4 }),
        fc.constantFrom(undefined, 'alias'),
        async (lines, alias) => {
          const text = lines.map(({ marker, field: names, key, hash }) => {
            const host = names.replace('PORT', String(port));
            return `${marker}${hash && !/[*!]/.test(host) ? hashed(host.toLowerCase()) : host} ${key}\n`;
          });
          writeFileSync(path, text.join(''));
          const key = Buffer.from(shown.split(' ')[1] ?? '', 'base64');
          const ours = new KnownHosts([{ path, text: text.join('') }]).check(
            { host: '127.0.0.1', port, alias },
            key,
          );
          expect(asSshSees(ours)).toBe(await judgedBySsh(path, alias));
        },
      ),
      { seed: 20_261_122, numRuns: 250 },
    );
  });

  async function judgedBySsh(path: string, alias: string | undefined): Promise<string> {
    const options = [
      'BatchMode=yes',
      'StrictHostKeyChecking=yes',
      `UserKnownHostsFile=${path}`,
      'GlobalKnownHostsFile=none',
      'LogLevel=INFO',
    ];
    if (alias !== undefined) options.push(`HostKeyAlias=${alias}`);
    const ssh = spawn('ssh', [
      '-F',
      'none',
      ...options.flatMap((option) => ['-o', option]),
      '-p',
      String(port),
      '--',
      '127.0.0.1',
      'true',
    ]);
    let stderr = '';
    for await (const chunk of ssh.stderr) stderr += String(chunk);
    if (stderr.includes('REVOKED')) return 'revoked';
    if (stderr.includes('REMOTE HOST IDENTIFICATION HAS CHANGED')) return 'changed';
    if (stderr.includes('Permission denied')) return 'known';
    return stderr.includes('host key is known') ? 'unknown' : stderr;
  }
});

test('fingerprints are those of ssh-keygen -l', () => {
  const key = Buffer.from(keygen('fingerprint', ['-t', 'rsa', '-b', '2048']).split(' ')[1] ?? '', 'base64');
  const shown = execFileSync('ssh-keygen', ['-lf', join(folder, 'fingerprint.pub')], { encoding: 'utf8' });
  expect(shown.split(' ')[1]).toBe(fingerprint(key));
});

test('what is removed is what ssh-keygen -R removes, but for lines with wildcards, which are about other hosts too', async () => {
  const key = keygen('removed', ['-t', 'ed25519']);
  const path = join(folder, 'to_edit');
  writeFileSync(path, `n1 ${key}\n${hashed('n1')} ${key}\n[n1]:2222 ${key}\n# n1\nn2 ${key}\n`);
  const copy = `${path}.copy`;
  writeFileSync(copy, readFileSync(path));
  spawnSync('ssh-keygen', ['-f', copy, '-R', 'n1']);
  await removeKnownHost(path, ['n1']);
  expect(readFileSync(path, 'utf8')).toBe(readFileSync(copy, 'utf8'));
});

describe('keys that ssh-keygen wrote are read', () => {
  const kinds = [
    ['ed25519', []],
    ['rsa', ['-b', '2048']],
    ['ecdsa', ['-b', '384']],
    ['rsa', ['-b', '2048', '-m', 'PEM']],
    ['ecdsa', ['-m', 'PEM']],
    ['rsa', ['-b', '2048', '-m', 'PKCS8']],
    ['ecdsa', ['-m', 'PKCS8']],
  ] as const;
  test.each(
    kinds.flatMap(([type, options]) =>
      ['', 'sesame'].map((passphrase) => ({ type, options: [...options], passphrase })),
    ),
  )('$type $options $passphrase', async ({ type, options, passphrase }) => {
    const name = ['read', type, ...options, passphrase].join('');
    const published = keygen(name, ['-t', type, ...options], passphrase);
    const found = await readIdentity(join(folder, name), async () => passphrase, process.getuid?.() ?? 0);
    const identity = found.kind === 'locked' ? await found.unlock() : found;
    expect(found.kind).toBe(passphrase === '' ? 'private' : 'locked');
    expect(identity).toMatchObject({
      kind: 'private',
      blob: Buffer.from(published.split(' ')[1] ?? '', 'base64'),
    });
  });
});

/** OpenSSH has two words less. */
function asSshSees({ kind }: HostKeyVerdict): string {
  return kind === 'certificate-only' ? 'unknown' : kind;
}

/** `TYPE BASE64` of a new key pair in the folder. */
function keygen(name: string, options: readonly string[], passphrase = ''): string {
  execFileSync('ssh-keygen', ['-q', ...options, '-N', passphrase, '-f', join(folder, name)]);
  return readFileSync(join(folder, `${name}.pub`), 'utf8')
    .split(' ')
    .slice(0, 2)
    .join(' ');
}

function hashed(name: string): string {
  const path = join(folder, 'hash');
  writeFileSync(path, `${name} ${keyOf('one')}\n`);
  execFileSync('ssh-keygen', ['-q', '-H', '-f', path], { stdio: 'ignore' });
  return readFileSync(path, 'utf8').split(' ')[0] ?? '';
}

function keyOf(name: string): string {
  return readFileSync(join(folder, `${name}.pub`), 'utf8')
    .split(' ')
    .slice(0, 2)
    .join(' ')
    .trim();
}
