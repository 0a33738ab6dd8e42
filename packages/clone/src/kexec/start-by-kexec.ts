// Starts the boot environment on a node that runs, without its firmware: kernel, initramfs and kexec itself go to it over ssh, under
// the host key that is known already. With them goes the key of its claim, made here: so the head knows whose claim it is.
import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Outcome, openFanout, scriptForAnyShell, targetOf } from '@heorot/fanout';
import { HeorotError, type Inventory } from '@heorot/inventory';
import { KEXEC_PART } from '../bootenv/kexec-part.ts';
import { writeCpio } from '../cpio/write-cpio.ts';
import type { Deployment } from '../deploy/deployment.ts';
import { writeTar } from '../identity/write-tar.ts';
import { claimFingerprint } from '../protocol/claim.ts';
import { derOf } from '../protocol/signed-document.ts';
import { environmentArguments } from '../service/boot-script.ts';
import { keyIdOf } from '../service/key-id.ts';
import type { Head } from '../service/open-head.ts';
import { kexecStartScript } from './kexec-scripts.ts';
import { isRefusal, whyNot } from './why-not.ts';

export type StartByKexec = (deployment: Deployment, signal: AbortSignal) => Promise<void>;

export interface KexecSettings {
  readonly inventory: () => Inventory;
  /** The head as nodes reach it. */
  readonly url: () => string;
  readonly kernelArguments: string;
  readonly sshConfigFile: string | undefined;
  readonly now: () => number;
}

/** How long a node that does not answer is asked: it may be starting. */
const patienceMs = 90_000;
const pauseMs = 3000;
/** Two blocks of zeros end a tar: without them another one goes on. */
const endOfTar = 1024;

/** @returns a function that throws HeorotError `kexec-impossible` when the node refuses, `power-failed` when it does not answer */
export function startByKexec(head: Head, settings: KexecSettings): StartByKexec {
  return async (deployment, signal) => {
    const shared = await sharedFiles(head);
    const inventory = settings.inventory();
    const { mac, node } = deployment;
    const { privateKey, publicKey } = generateKeyPairSync('x25519');
    const fingerprint = claimFingerprint(derOf(publicKey).toString('base64'));
    const token = head.admissions.issueToken(deployment.id, inventory.node(node).address, settings.now());
    head.admissions.vouch(mac, fingerprint, 'ssh', settings.now());
    const script = kexecStartScript({
      mac,
      bytes: shared.bytes,
      commandLine: environmentArguments(
        { mac, token },
        { head: settings.url(), keyId: keyIdOf(head), kernelArguments: settings.kernelArguments },
      ),
    });
    const own = writeTar([
      {
        path: 'claim.cpio',
        mode: 0o600,
        content: claimArchive(privateKey.export({ type: 'pkcs8', format: 'pem' })),
      },
    ]);
    await using fanout = openFanout({ inventory, connection: { sshConfigFile: settings.sshConfigFile } });
    const target = targetOf(inventory.node(node));
    const attempt = async (): Promise<{ readonly outcome: Outcome | undefined; readonly stderr: string }> => {
      const run = fanout.run(
        [target],
        { text: scriptForAnyShell(script) },
        {
          schedule: { fanout: 1 },
          signal,
          stdin: Readable.from([shared.tar.subarray(0, -endOfTar), own]),
        },
      );
      let stderr = '';
      for await (const event of run)
        if (event.kind === 'stderr')
          stderr = `${stderr}${Buffer.from(event.data).toString('utf8')}`.slice(-4096);
      const { results } = await run.summary;
      return { outcome: results[0]?.outcome, stderr };
    };
    const deadline = settings.now() + patienceMs;
    for (;;) {
      const { outcome, stderr } = await attempt();
      const against = whyNot(outcome, stderr);
      if (against === undefined) return;
      signal.throwIfAborted();
      if (isRefusal(outcome)) throw new HeorotError('kexec-impossible', against);
      const { position } = head.deployments.deployment(deployment.id) ?? deployment;
      const waits = position.kind === 'at' && position.step === 'power';
      // It has come by itself meanwhile, from the network or after a restart of this head.
      if (!waits) return;
      if (settings.now() > deadline) throw new HeorotError('power-failed', `${node}: ${against}`);
      await sleep(pauseMs, undefined, { signal });
    }
  };
}

interface SharedFiles {
  readonly tar: Buffer;
  /** Of kernel and initramfs. */
  readonly bytes: number;
}

async function sharedFiles({ folder }: Head): Promise<SharedFiles> {
  const read = (name: string): Promise<Buffer> =>
    readFile(join(folder.bootenv, name)).catch((cause: unknown) => {
      throw new HeorotError('kexec-impossible', `the boot environment has no ${name}`, {
        hint: 'build it: clone bootenv build',
        cause,
      });
    });
  const [vmlinuz, initramfs, kexec] = await Promise.all([
    read('vmlinuz'),
    read('initrd.img'),
    read(KEXEC_PART),
  ]);
  const files = writeTar([
    { path: 'vmlinuz', mode: 0o600, content: vmlinuz },
    { path: 'initrd.img', mode: 0o600, content: initramfs },
  ]);
  return {
    tar: Buffer.concat([files.subarray(0, -endOfTar), kexec]),
    bytes: vmlinuz.byteLength + initramfs.byteLength,
  };
}

/** An initramfs of one file: the key of the claim. */
function claimArchive(key: string | Buffer): Buffer {
  return Buffer.concat([
    ...writeCpio([
      { path: 'etc', type: 'directory' },
      { path: 'etc/heorot', type: 'directory' },
      { path: 'etc/heorot/claim.pem', type: 'file', mode: 0o600, content: Buffer.from(key) },
    ]),
  ]);
}
