// Accidents on one emulated machine, all in one deployment: power is cut while it formats and again while it writes its boot loader,
// a bit of the image flips on the head, `clone serve` is killed and started again, and a neighbour claims to be the machine. It ends
// as a node that answers. Every other phase: service.test.ts, with machines that are not real. Needs root and QEMU.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Machine, type MachinesLab, startMachinesLab } from '@heorot/lab';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readImage } from '../../src/image/image-layout.ts';
import type { HeadFolder } from '../../src/protocol/head-folder.ts';
import { readHead } from '../../src/service/open-head.ts';
import { bootFakeNode } from '../../src/testing/fake-node.ts';
import { runClone } from '../../src/testing/run-clone.ts';
import { oneDisk } from '../../src/testing/service-fixture.ts';
import { headWithBootEnvironment } from './boot-environment.fixture.ts';
import { goldenRoot } from './golden-root.fixture.ts';

const bins = join(import.meta.dirname, '../../../heorot/dist/bin');
const folder = mkdtempSync(join(tmpdir(), 'heorot-faults-'));
const env = { HOME: folder, XDG_STATE_HOME: folder, PATH: process.env['PATH'] ?? '' };
/** Typed with single blanks, nothing quoted. */
const clone = (line: string) => runClone(line.split(' '), { env, cwd: folder });
const patience = { timeoutMs: 400_000 };
let head: HeadFolder;
let lab: MachinesLab;
let machine: Machine;
let serving: ChildProcess;
let url: string;

beforeAll(async () => {
  head = await headWithBootEnvironment(folder);
  lab = await startMachinesLab({ folder: join(folder, 'lab') });
  const [only] = lab.nodes;
  if (only === undefined) throw new Error('no machine');
  machine = only;
  url = `http://${lab.head.address}:8080`;
  writeFileSync(
    join(folder, 'cluster.yaml'),
    `cluster: test
defaults: {user: root, identity: ${lab.identity}, knownHosts: ${join(folder, 'known_hosts')}}
nodes:
  n1: {address: ${machine.address}, mac: "${machine.mac}"}
`,
  );
  // xfs is nothing that every boot knows: its tools come with each of the boots that follow.
  writeFileSync(
    join(folder, 'node.ks'),
    'clearpart --all\nreqpart\npart /srv --fstype=xfs --size=400\npart / --fstype=ext4 --size=1024 --grow\n',
  );
  serving = await serve();
}, 900_000);

afterAll(async () => {
  await kill();
  await lab[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

async function serve(): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    [
      join(bins, 'clone.js'),
      'serve',
      '--listen',
      `${lab.head.address}:8080`,
      '--dhcp',
      'own',
      '--interface',
      lab.head.interface,
      '--console-command',
      `tail -n +1 -F ${machine.files.serial}`,
      '--kernel-arguments',
      'console=ttyS0,115200',
    ],
    { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const words: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    words.push(line);
    if (!line.startsWith('serving ')) continue;
    child.stderr.resume();
    return child;
  }
  throw new Error(words.join('\n'));
}

async function kill(): Promise<void> {
  if (serving.exitCode !== null || serving.signalCode !== null) return;
  const ended = once(serving, 'exit');
  serving.kill('SIGKILL');
  await ended;
}

/** Flips the lowest bit of a byte in the middle; done twice, nothing has changed. */
function flipBit(path: string): void {
  const file = openSync(path, 'r+');
  const [byte, at] = [Buffer.alloc(1), Math.floor(statSync(path).size / 2)];
  readSync(file, byte, 0, 1, at);
  writeSync(file, Buffer.of((byte[0] ?? 0) ^ 1), 0, 1, at);
  closeSync(file);
}

async function cutPowerAt(phase: string, from: number): Promise<number> {
  await machine.waitFor(new RegExp(`^@@ \\S+ ${phase}$`, 'm'), { from, ...patience });
  await machine.powerOff();
  const position = await machine.serialPosition();
  await machine.powerOn();
  return position;
}

/** A neighbour who asks for the machine's boot script, claims, waits for secrets, and tries every path; all that it heard. */
async function forge(): Promise<string> {
  const stop = new AbortController();
  const ending = bootFakeNode({
    head: url,
    mac: machine.mac,
    disks: oneDisk,
    signingKey: createPublicKey(readFileSync(head.publicKey)),
    signal: stop.signal,
  }).catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  stop.abort();
  const paths = [
    'v1/plan',
    'v1/sealed',
    'v1/bundle',
    'boot/signing.key',
    'signing.key',
    'clone.db',
    'boot/../clone.db',
    'logs/n1/1.log',
  ];
  const scanned = await Promise.all(paths.map(async (path) => (await fetch(`${url}/${path}`)).text()));
  return JSON.stringify([await ending, ...scanned]);
}

it('a machine ends as a node through all of it', { timeout: 1_500_000 }, async () => {
  expect(await clone(`image import ${goldenRoot()} --name base`)).toMatchObject({ code: 0 });
  expect(await clone('boot discover -w n1')).toMatchObject({ code: 0 });
  await machine.powerOn();
  await machine.untilOff(patience.timeoutMs);
  let from = await machine.serialPosition();
  const ordered = await clone(
    `deploy base -w n1 --recipe node.ks --authorized-keys ${lab.identity}.pub --trust console --power none --no-wait --yes`,
  );
  expect(ordered).toMatchObject({ code: 0 });
  const { layer } = await readImage(head.images, 'base@1', [readFileSync(head.publicKey, 'utf8')]);
  const blob = join(head.images, 'blobs', layer.digest.replace(':', '/'));
  await machine.powerOn();

  from = await cutPowerAt('format', from);
  flipBit(blob);
  await machine.waitFor(/chunk \d+ came damaged/, { from, ...patience });
  await kill();
  flipBit(blob);
  serving = await serve();
  from = await cutPowerAt('bootloader', from);
  await machine.waitFor(/^@@ \S+ identity$/m, { from, ...patience });
  const secrets = secretsOf(1);
  const heard = await forge();

  const watched = await clone('watch --json');
  expect(JSON.parse(watched.stdout)).toMatchObject({ nodes: [{ node: 'n1', state: 'deployed' }] });
  const said = execFileSync(
    process.execPath,
    [join(bins, 'dsh.js'), '-w', 'n1', 'hostname; findmnt -no SOURCE /; findmnt -no FSTYPE /srv'],
    { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  );
  expect(said).toMatch(/^n1: n1\nn1: \/dev\/vda\d\nn1: xfs\n$/);

  expect(secrets.length).toBeGreaterThan(3);
  for (const line of secrets) expect(heard).not.toContain(line);
  using tables = readHead(head.path);
  expect(
    tables?.deployments
      .timings(2)
      .filter(({ step }) => step === 'check')
      .map(({ round }) => round),
  ).toEqual([1, 2, 3]);
});

/** The lines of the private host key that is on its way to the machine. */
function secretsOf(after: number): readonly string[] {
  using tables = readHead(head.path);
  const id = after + 1;
  const text = Buffer.from(tables?.deployments.secretsOf(id) ?? []).toString('latin1');
  const key = /-----BEGIN OPENSSH PRIVATE KEY-----\n([\s\S]+?)-----END/.exec(text)?.[1] ?? '';
  return key.split('\n').filter((line) => line !== '');
}
