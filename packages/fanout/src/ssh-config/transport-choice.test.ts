// Which transport a target gets, and what is said for it.
import { join } from 'node:path';
import { utils } from 'ssh2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatKnownHostLine } from '../known-hosts/known-hosts-line.ts';
import { type HomeFolder, openHomeFolder } from './home-folder.fixture.ts';

let place: HomeFolder;
beforeEach(async () => {
  place = await openHomeFolder();
});
afterEach(() => place[Symbol.asyncDispose]());

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
    await place.config(text);
    const resolved = await place.resolve('n1');
    expect([resolved.transport, resolved.warnings]).toEqual([transport, []]);
    expect(resolved.transportReason).toContain(reason);
  });

  test('GSSAPI that the distribution switched on counts only with a ticket', async () => {
    await place.put('etc/ssh_config', 'Host *\n GSSAPIAuthentication yes');
    expect((await place.resolve('n1')).transport).toBe('ssh2');
    place.machine = { ...place.machine, environment: { KRB5CCNAME: 'FILE:/t' } };
    expect((await place.resolve('n1')).transport).toBe('openssh');
  });

  test('is OpenSSH for a certificate beside the key, and for a FIDO key that was asked for', async () => {
    await place.put('k', 'x');
    expect((await place.resolve('n1', { identity: [join(place.home, 'k')] })).transport).toBe('ssh2');
    await place.put('k-cert.pub', 'x');
    expect((await place.resolve('n1', { identity: [join(place.home, 'k')] })).transportReason).toContain(
      'a certificate lies beside',
    );
    await place.put('sk.pub', `sk-ssh-ed25519@openssh.com ${wire('sk-ssh-ed25519@openssh.com')}`);
    expect((await place.resolve('n1', { identity: [join(place.home, 'sk')] })).transportReason).toContain(
      'is a FIDO key',
    );
  });

  test('passes over a default FIDO key beside another key', async () => {
    await place.put(
      '.ssh/id_ed25519_sk.pub',
      `sk-ssh-ed25519@openssh.com ${wire('sk-ssh-ed25519@openssh.com')}`,
    );
    expect((await place.resolve('n1')).transport).toBe('openssh');
    await place.put('.ssh/id_ed25519', 'x');
    expect((await place.resolve('n1')).transport).toBe('ssh2');
  });

  test('is OpenSSH for a host that is known by an authority only', async () => {
    const [type, key] = utils.generateKeyPairSync('ed25519').public.split(' ');
    await place.put('.ssh/known_hosts', `@cert-authority n1 ${type} ${key}\n`);
    expect((await place.resolve('n1')).transportReason).toContain('certificate authority');
    expect((await place.resolve('n2')).transport).toBe('ssh2');
  });

  test('is OpenSSH for a host that is known by FIDO keys only, hashed or not, with or without its port', async () => {
    const hardware = `sk-ssh-ed25519@openssh.com ${wire('sk-ssh-ed25519@openssh.com')}`;
    const [type, key = ''] = utils.generateKeyPairSync('ed25519').public.split(' ');
    const hashed = formatKnownHostLine(['n4'], Buffer.from(wire('sk-ssh-ed25519@openssh.com'), 'base64'), {
      hash: true,
    });
    const lines = [
      `n1 ${hardware}`,
      `n2 ${hardware}`,
      `n2 ${type} ${key}`,
      `[n3]:2222 ${hardware}`,
      hashed.trim(),
    ];
    await place.put('.ssh/known_hosts', `${lines.join('\n')}\n`);
    await place.put('.ssh/config', 'Host n3\n  Port 2222\n');
    expect(await place.resolve('n1')).toMatchObject({
      transport: 'openssh',
      transportReason: expect.stringMatching(/^the host is known by a FIDO key only \(.*known_hosts:1\)$/),
    });
    expect((await place.resolve('n2')).transport).toBe('ssh2');
    expect((await place.resolve('n3')).transport).toBe('openssh');
    expect((await place.resolve('n4')).transport).toBe('openssh');
    expect((await place.resolve('n5')).transport).toBe('ssh2');
  });

  test('is what the command line says, then what the inventory says; with a warning where that cannot do all', async () => {
    await place.config('ProxyCommand x');
    expect(await place.resolve('n1', { transport: 'local' })).toMatchObject({
      transport: 'local',
      transportReason: 'asked for by the inventory',
    });
    const forced = await place.resolve('n1', { transport: 'local' }, { transport: 'ssh2' });
    expect(forced).toMatchObject({ transport: 'ssh2', transportReason: 'asked for by the command line' });
    expect(forced.warnings[0]).toContain('cannot honour: proxycommand');
  });
});

/** The wire form of a key of a type that ssh2 cannot make. */
function wire(type: string): string {
  return Buffer.concat([Buffer.from([0, 0, 0, type.length]), Buffer.from(type), Buffer.alloc(36)]).toString(
    'base64',
  );
}
