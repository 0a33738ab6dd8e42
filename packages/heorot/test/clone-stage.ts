// What the examples of clone speak of: machines that were seen, an image that boots, a boot environment, a key. All but the machines
// are as a user would make them; those are played over HTTP, as far as their first claim.
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Lab } from '@heorot/lab';
import type { Stage } from '../src/demo/stage.ts';
import { bins } from './built-bins.ts';

const macOf = (at: number): string => `52:54:00:00:00:0${at}`;

/** @param run types a command on the stage */
export async function setCloneStage(
  lab: Lab,
  stage: Stage,
  run: (command: string) => Promise<unknown>,
): Promise<void> {
  const folder = dirname(lab.clusterFile);
  const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
  await writeFile(join(folder, 'macs.csv'), numbers.map((at) => `n${at},${macOf(at)}\n`).join(''));
  // The same cluster, before its machines were named.
  await copyFile(lab.clusterFile, join(folder, 'unnamed.yaml'));
  await appendFile(join(folder, 'unnamed.yaml'), 'macs: none.csv\n');
  await appendFile(lab.clusterFile, 'macs: macs.csv\n');
  await writeFile(join(stage.desk, 'key.pub'), 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGtlZXA= me\n');
  for (const file of ['boot/vmlinuz-6.1.0-1-amd64', 'boot/initrd.img-6.1.0-1-amd64', 'usr/sbin/ifup']) {
    await mkdir(join(stage.desk, 'golden', dirname(file)), { recursive: true });
    await writeFile(join(stage.desk, 'golden', file), file);
  }
  await writeBootEnvironment(join(lab.folder, 'state', 'heorot', 'clone', 'bootenv'));
  await run('clone image import golden --name base');
  const { child, url } = await startService(stage);
  try {
    await run('clone boot discover -w n[1-8]');
    for (const at of numbers) await claim(url, macOf(at));
    // One that nobody has named yet.
    await fetch(`${url}/boot.ipxe?mac=${macOf(9)}&plat=pcbios`);
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}

async function writeBootEnvironment(folder: string): Promise<void> {
  await mkdir(join(folder, 'grub'), { recursive: true });
  const files = [
    'vmlinuz',
    'initrd.img',
    'memtest.bin',
    'memtest.efi',
    'grub/boot.img',
    'grub/core.img',
    'grub/grubx64.efi',
  ];
  for (const file of [...files, 'storage.cpio.zst', 'rescue.cpio.zst', 'aria2.cpio.zst'])
    await writeFile(join(folder, file), file);
  const kernel = { release: '6.1.0-1-amd64', package: 'linux-image-6.1.0-1-amd64', version: '6.1.1-1' };
  const outputs = files.map((path) => ({ path, bytes: path.length, sha256: '0'.repeat(64) }));
  await writeFile(join(folder, 'contents.json'), JSON.stringify({ kernel, outputs, files: [] }));
}

async function startService({
  desk,
  env,
}: Stage): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, [join(bins, 'clone.js'), 'serve', '--listen', '127.0.0.1:0'], {
    cwd: desk,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const words: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    words.push(line);
    const url = /^serving (\S+);/.exec(line)?.[1];
    if (url === undefined) continue;
    child.stderr.resume();
    return { child, url };
  }
  throw new Error(words.join('\n'));
}

/** A machine as it starts: asks what to boot, and says which disk it has. */
async function claim(url: string, mac: string): Promise<void> {
  const script = await (await fetch(`${url}/boot.ipxe?mac=${mac}&plat=pcbios`)).text();
  const token = /heorot\.token=(\w+)/.exec(script)?.[1] ?? '';
  const key = generateKeyPairSync('x25519')
    .publicKey.export({ type: 'spki', format: 'der' })
    .toString('base64');
  const disk = `disk vda DISK-${mac.replaceAll(':', '')} - ${8 * 2 ** 30} ${'a'.repeat(64)} - -`;
  const lines = ['heorot-claim 1', `token ${token}`, `mac ${mac}`, `nonce ${'0'.repeat(32)}`, `key ${key}`];
  const body = [...lines, 'firmware bios', 'memory 4294967296', disk, ''].join('\n');
  const answer = await fetch(`${url}/v1/claim`, { method: 'POST', body });
  if (!answer.ok) throw new Error(await answer.text());
}

/**
 * How an example is typed where no machine ever comes: a deployment ends by being cancelled, so that its nodes are free for the next
 * example; the digest that an example shows is of another cluster; and machines are named where they have no names yet.
 */
export function onCloneStage(command: string): string {
  const freed = '{ clone cancel -a --yes; } >/dev/null 2>&1';
  if (command.startsWith('clone enrol -w')) return `HEOROT_CLUSTER=../unnamed.yaml ${command}`;
  if (/^clone (boot|rescue)\b/.test(command)) return `${freed}; ${command}`;
  if (!command.startsWith('clone deploy')) return command;
  const digest = "$(clone plan base -w n1 2>&1 | sed -n 's/^plan //p')";
  const ordered = command.replace(/--plan \S+/, `--plan "${digest}"`);
  return `clone image import golden --name base >/dev/null 2>&1; (sleep 4; ${freed}) & ${ordered}; status=$?; wait; exit $status`;
}
