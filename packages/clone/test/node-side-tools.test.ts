// What the head writes, read by the programs that a node has: openssl, tar, ssh-keygen, in the very lines of protocol/README.md.
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSshHostKey } from '../src/identity/ssh-host-key.ts';
import { writeTar } from '../src/identity/write-tar.ts';
import { signPlan, stepLines } from '../src/protocol/plan-document.ts';
import { sealDocument } from '../src/protocol/sealed-document.ts';
import { encodeWord } from '../src/protocol/words.ts';

const run = promisify(execFile);
const signing = generateKeyPairSync('ed25519');
const binding = { node: 'n1', mac: '52:54:00:00:00:01', deployment: '7', nonce: 'ab'.repeat(16) };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-node-side-'));
  await writeFile(join(folder, 'signing.pem'), signing.publicKey.export({ type: 'spki', format: 'pem' }));
});

afterAll(() => rm(folder, { recursive: true }));

/** busybox's shell, as in the boot environment. */
const sh = async (script: string): Promise<string> =>
  (await run('busybox', ['sh', '-ec', script], { cwd: folder, encoding: 'utf8' })).stdout;

const verify = `head -n -1 plan > plan.text; tail -n 1 plan | cut -d' ' -f2 | openssl base64 -d -A > plan.sig
openssl pkeyutl -verify -pubin -inkey signing.pem -rawin -in plan.text -sigfile plan.sig`;

describe('a node', () => {
  it('verifies a plan, and refuses one that was changed', async () => {
    const document = signPlan(binding, 'deploy', stepLines([{ kind: 'flush' }]), signing.privateKey);
    await writeFile(join(folder, 'plan'), document);
    expect(await sh(verify)).toContain('Signature Verified Successfully');
    await writeFile(join(folder, 'plan'), document.replace('n1', 'n2'));
    await expect(sh(verify)).rejects.toThrow(/Command failed/);
  });

  it('opens its secrets', async () => {
    await sh(
      'openssl genpkey -algorithm X25519 -out claim.key; openssl pkey -in claim.key -pubout -outform DER -out claim.der',
    );
    const key = (await readFile(join(folder, 'claim.der'))).toString('base64');
    const payload = writeTar([{ path: 'root/etc/secret', mode: 0o600, content: 'the secret' }]);
    await writeFile(join(folder, 'sealed'), sealDocument(binding, payload, key, signing.privateKey));
    const opened = await sh(`nonce=${binding.nonce}; mkdir -p secrets
awk '$1 == "key" { print $2 }' sealed | openssl base64 -d -A > head.der
awk '$1 == "payload" { print $2 }' sealed | openssl base64 -d -A > payload
key=$({ printf 'heorot-sealed 1\\n%s\\n' "$nonce"; openssl pkeyutl -derive -inkey claim.key -peerkey head.der -peerform DER; } | sha256sum | cut -c1-64)
openssl enc -d -aes-256-ctr -K "$key" -iv 00000000000000000000000000000000 < payload | tar -x -C secrets
cat secrets/root/etc/secret`);
    expect(opened).toBe('the secret');
  });

  it('decodes words', async () => {
    const text = 'ä b%\\$(reboot)`x`\'"';
    const decode = `decode() { if [ "$1" = - ]; then return; fi; printf '%b' "$(printf %s "$1" | sed 's/%/\\\\x/g')"; }`;
    expect(await sh(`${decode}; decode '${encodeWord(text)}'`)).toBe(text);
    expect(await sh(`${decode}; decode '${encodeWord('')}'`)).toBe('');
  });

  it('unpacks bundles with the modes they have, long names too', async () => {
    const long = `root/${'folder-with-a-long-name/'.repeat(6)}file`;
    await writeFile(
      join(folder, 'bundle.tar'),
      writeTar([
        { path: 'root/etc/hostname', mode: 0o644, content: 'n1\n' },
        { path: 'scripts/10-x.chroot.must', mode: 0o755, content: '#!/bin/sh\n' },
        { path: long, mode: 0o600, content: 'x'.repeat(513) },
      ]),
    );
    for (const tar of ['tar', 'busybox tar']) {
      await sh(`rm -rf out; mkdir out; ${tar} -xf bundle.tar -C out`);
      expect(await readFile(join(folder, 'out', 'root/etc/hostname'), 'utf8')).toBe('n1\n');
      expect((await stat(join(folder, 'out', long))).size).toBe(513);
      expect((await stat(join(folder, 'out', 'scripts/10-x.chroot.must'))).mode & 0o777).toBe(0o755);
    }
  });

  it('has a host key that OpenSSH reads, whatever its bytes', async () => {
    for (let at = 0; at < 300; at++) {
      const { privateKey, publicKey, blob } = makeSshHostKey('root@n1');
      expect(blob).toHaveLength(51);
      if (at >= 20) continue;
      await writeFile(join(folder, `key${at}`), privateKey, { mode: 0o600 });
      expect((await run('ssh-keygen', ['-y', '-f', join(folder, `key${at}`)])).stdout.trim()).toBe(publicKey);
    }
  });
});
