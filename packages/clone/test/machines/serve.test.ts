// The whole way with the real head: `clone serve` with its dnsmasq, a machine with a blank disk, its serial console vouching for
// its key, the plan that was consented to, and at the end a node that answers dsh under the host key the head made for it. Then
// memtest86+ on the same machine.
import { execFileSync } from 'node:child_process';
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMachinesLab } from '@heorot/lab';
import { cacheFolder } from '@heorot/state';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildBootEnvironment } from '../../src/bootenv/build-boot-environment.ts';
import { writeBlob } from '../../src/image/blob-store.ts';
import type { FileEntry } from '../../src/image/file-entry.ts';
import { mediaTypes } from '../../src/image/image-json.ts';
import { writeImage } from '../../src/image/image-layout.ts';
import { createLayout } from '../../src/image/layout-index.ts';
import { headFolder, openHeadKey } from '../../src/protocol/head-folder.ts';
import { runClone } from '../../src/testing/run-clone.ts';
import { goldenImage } from './golden-image.fixture.ts';

const dsh = join(import.meta.dirname, '../../../heorot/dist/bin/dsh.js');
const folder = mkdtempSync(join(tmpdir(), 'heorot-serve-'));
const head = headFolder(join(folder, 'heorot', 'clone'));

beforeAll(async () => {
  const key = await openHeadKey(head);
  const cache = join(cacheFolder(process.env, 'clone'), 'packages');
  await buildBootEnvironment({ folder: head.bootenv, cache, signingKey: key.publicPem });
  const golden = await goldenImage();
  await createLayout(head.images);
  const listed = execFileSync('tar', ['--zstd', '-tf', golden.path], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const paths = listed.split('\n').map((path) => path.replace(/^\.\//, ''));
  const layer = await writeBlob(head.images, mediaTypes.layer, createReadStream(golden.path));
  await writeImage(
    head.images,
    {
      name: 'base@1',
      config: { architecture: 'amd64', diffIds: [], labels: {} },
      layer,
      // As far as a plan looks: kernels, and the software of the network.
      files: paths.filter((path) => /^boot\/(vmlinuz|initrd)|systemd-networkd$/.test(path)).map(entryOf),
      fileBlobs: new Map(),
      annotations: {},
    },
    key.privatePem,
  );
}, 900_000);
afterAll(() => rmSync(folder, { recursive: true }));

function entryOf(path: string): FileEntry {
  return {
    path,
    type: 'file',
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtime: 0,
    attributes: [],
    size: 1,
    sha256: '0'.repeat(64),
  };
}

describe.each(['uefi', 'bios'] as const)('clone serve and a machine with a blank disk, %s', (firmware) => {
  it('make a node of it', { timeout: 1_200_000 }, async () => {
    const home = mkdtempSync(join(folder, `${firmware}-`));
    await using lab = await startMachinesLab({ folder: home, machines: [{ firmware }] });
    const [machine] = lab.nodes;
    if (machine === undefined) throw new Error('no machine');
    writeFileSync(
      join(home, 'cluster.yaml'),
      `cluster: test
defaults: {user: root, identity: ${lab.identity}, knownHosts: ${join(home, 'known')}}
nodes:
  n1:
    address: ${machine.address}
    mac: "${machine.mac}"
`,
    );
    writeFileSync(
      join(home, 'node.ks'),
      'clearpart --all\nreqpart\npart / --fstype=ext4 --size=1024 --grow\nbootloader --append="console=ttyS0"\n',
    );
    const env = { HOME: folder, XDG_STATE_HOME: folder, PATH: process.env['PATH'] ?? '' };
    const clone = (...argv: readonly string[]) => runClone(argv, { env, cwd: home });
    const stop = new AbortController();
    const serving = runClone(
      [
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
      { env, cwd: home, signal: stop.signal },
    );
    const broken = serving.then((result): never => {
      throw new Error(result.stderr);
    });
    broken.catch(() => {});
    try {
      expect(await clone('boot', 'discover', '-w', 'n1')).toMatchObject({ code: 0, stderr: '' });
      await machine.powerOn();
      await Promise.race([machine.untilOff(300_000), broken]);
      const deployed = clone(
        'deploy',
        'base',
        '-w',
        'n1',
        '--recipe',
        'node.ks',
        '--authorized-keys',
        `${lab.identity}.pub`,
        '--trust',
        'console',
        '--power',
        'none',
        '--yes',
        '--json',
      );
      await machine.powerOn();
      const result = await Promise.race([deployed, broken]);
      expect(JSON.parse(result.stdout === '' ? `"${result.stderr}"` : result.stdout)).toMatchObject({
        nodes: [{ node: 'n1', state: 'deployed' }],
      });
      // By the inventory and the known_hosts that clone wrote, without a word of ours.
      const said = execFileSync(process.execPath, [dsh, '-w', 'n1', 'hostname; findmnt -no SOURCE /'], {
        cwd: home,
        env,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      expect(said).toMatch(/^n1: n1\nn1: \/dev\/vda\d\n$/);
      expect(readFileSync(join(home, 'known'), 'utf8')).toMatch(/^\S+ ssh-ed25519 \S+\n$/);
      if (firmware === 'uefi') return;
      await machine.powerOff();
      expect(await clone('boot', 'memtest86+', '-w', 'n1')).toMatchObject({ code: 0, stderr: '' });
      const from = await machine.serialPosition();
      await machine.powerOn();
      await machine.waitFor(/Memtest86\+ v\d/, { from, timeoutMs: 120_000 });
    } finally {
      stop.abort();
      await serving;
    }
  });
});
