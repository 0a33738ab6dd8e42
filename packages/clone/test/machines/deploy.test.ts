// What a machine does with a head that lies to it, and in rescue, on emulated machines: firmware, iPXE, boot environment and agent
// are real; the head is a stub that can damage what it gives. The way from a blank disk to ssh: serve.test.ts. Needs root and QEMU.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type MachinesLab, startMachinesLab } from '@heorot/lab';
import { cacheFolder } from '@heorot/state';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildBootEnvironment } from '../../src/bootenv/build-boot-environment.ts';
import { headFolder, openHeadKey } from '../../src/protocol/head-folder.ts';
import { derOf } from '../../src/protocol/signed-document.ts';
import { startDhcp } from './dhcp.fixture.ts';
import { type GoldenImage, goldenImage } from './golden-image.fixture.ts';
import { simplePlan, writeIdentity } from './simple-plan.fixture.ts';
import { type StubHead, startStubHead } from './stub-head.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'heorot-deploy-'));
const bootenv = join(folder, 'bootenv');
let key: Awaited<ReturnType<typeof openHeadKey>>;
let image: GoldenImage;

beforeAll(async () => {
  key = await openHeadKey(headFolder(join(folder, 'head')));
  const cache = join(cacheFolder(process.env, 'clone'), 'packages');
  await buildBootEnvironment({ folder: bootenv, cache, signingKey: key.publicPem });
  image = await goldenImage();
}, 900_000);
afterAll(() => rmSync(folder, { recursive: true }));

interface Stage extends AsyncDisposable {
  readonly lab: MachinesLab;
  readonly head: StubHead;
}

/** One machine, its head, and the order to deploy it. */
async function setStage(action: 'deploy' | 'rescue'): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const home = mkdtempSync(join(folder, 'machine-'));
  const lab = stack.use(await startMachinesLab({ folder: home, machines: [{ firmware: 'bios' }] }));
  const [machine] = lab.nodes;
  if (machine === undefined) throw new Error('no machine');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(home, 'host')]);
  writeFileSync(lab.knownHosts, `${machine.address} ${readFileSync(join(home, 'host.pub'), 'utf8')}`);
  const { bundle, secrets } = writeIdentity({
    folder: home,
    node: machine.name,
    address: machine.address,
    gateway: lab.head.address,
    hostKey: readFileSync(join(home, 'host'), 'utf8'),
    authorizedKey: readFileSync(`${lab.identity}.pub`, 'utf8').trim(),
  });
  const imagePath = `/blobs/sha256/${image.sha256}`;
  const head = stack.use(
    await startStubHead({
      address: lab.head.address,
      bootenv,
      files: new Map([
        [imagePath, image.path],
        ['/v1/bundle', bundle],
      ]),
      signingKey: key.privatePem,
      keyId: createHash('sha256').update(derOf(key.publicKey)).digest('hex').slice(0, 16),
    }),
  );
  head.order = {
    mac: machine.mac,
    node: machine.name,
    action,
    secrets,
    steps: (claim) =>
      action === 'deploy'
        ? simplePlan(claim, { image, imagePath, bundle, bootenv, finish: 'reboot' })
        : [{ kind: 'phase', phase: 'secrets', seconds: 60 }, { kind: 'secrets' }],
  };
  stack.use(await startDhcp(lab, `${head.url}/boot.ipxe`));
  const kept = stack.move();
  return { lab, head, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** What the machine says over ssh with strict host keys, once it answers. */
async function overSsh({ lab, head }: Stage, command: string): Promise<string> {
  const deadline = Date.now() + 800_000;
  while (Date.now() < deadline) {
    const { status, stdout } = spawnSync('ssh', [
      '-F',
      lab.sshConfig,
      '-o',
      'ConnectTimeout=5',
      'n1',
      command,
    ]);
    if (status === 0) return stdout.toString();
    if (head.reports.some((report) => /^(fail|error)/.test(report))) break;
    await sleep(1000);
  }
  throw new Error(`${head.reports.join('\n')}\n${(await lab.nodes[0]?.serial())?.slice(-3000)}`);
}

describe('a machine whose image is damaged on its way', () => {
  it('says so, gets no boot loader, and goes off', { timeout: 1_000_000 }, async () => {
    await using stage = await setStage('deploy');
    const { head, lab } = stage;
    head.damage = (path) => (path.startsWith('/blobs/') ? 'flip' : undefined);
    const [machine] = lab.nodes;
    await machine?.powerOn();
    await machine?.untilOff(900_000);
    expect(head.reports.find((report) => report.startsWith('fail'))).toMatch(/^fail image hash/);
    expect(head.reports).not.toContain('done');
  });
});

describe('a machine whose plan was changed on its way', () => {
  it('goes off with its disk untouched', { timeout: 1_000_000 }, async () => {
    await using stage = await setStage('deploy');
    const { head, lab } = stage;
    head.damage = (path) => (path === '/v1/plan' ? 'plan' : undefined);
    const [machine] = lab.nodes;
    await machine?.powerOn();
    await machine?.untilOff(900_000);
    expect(head.reports.find((report) => report.startsWith('fail'))).toMatch(/^fail plan signature/);
    const raw = join(lab.folder, 'disk.raw');
    execFileSync('qemu-img', ['convert', '-O', 'raw', machine?.files.disk('DISK-n1') ?? '', raw]);
    expect(spawnSync('cmp', ['--bytes=4000000000', raw, '/dev/zero']).status).toBe(0);
  });
});

describe('a machine in rescue', () => {
  it('answers ssh under the host key that the head made, with its disk untouched', {
    timeout: 1_000_000,
  }, async () => {
    await using stage = await setStage('rescue');
    await stage.lab.nodes[0]?.powerOn();
    expect(await overSsh(stage, 'hostname; cat /sys/block/vda/serial; ls /dev/vda*')).toBe(
      'n1\nDISK-n1/dev/vda\n',
    );
  });
});
