// A golden image with one percent of its bytes changed: what moves to a node, of the bytes of a first install; and how long a capture takes.
// node --conditions=heorot-src bench/clone/sync.ts ROOT.tar[.zst]   (a tree of a distribution: mmdebstrap bookworm root.tar). Needs root.

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { unpacked } from '../../packages/clone/src/image/decompress.ts';
import { runClone } from '../../packages/clone/src/testing/run-clone.ts';
import { startEmbeddedLab } from '../../packages/lab/src/index.ts';

const archive = resolve(process.argv[2] ?? 'root.tar');
const folder = await mkdtemp(join(tmpdir(), 'heorot-bench-'));
const golden = join(folder, 'golden');
const lab = await startEmbeddedLab({ folder: join(folder, 'lab'), nodes: 1 });
const environment = Object.fromEntries(
  Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
);
const env = { ...environment, HEOROT_CLUSTER: lab.clusterFile, XDG_STATE_HOME: join(folder, 'state') };
const node = join(folder, 'lab/nodes/n1/home/system');

const server = createServer((request, response) => {
  createReadStream(join(folder, 'state/heorot/clone/images', request.url ?? ''))
    .once('error', () => response.writeHead(404).end())
    .pipe(response);
});

async function clone(...argv: string[]): Promise<Readonly<Record<string, unknown>>> {
  const started = performance.now();
  const { code, stdout, stderr } = await runClone([...argv, '--json'], { cwd: folder, env });
  if (code !== 0) throw new Error(`clone ${argv.join(' ')}: ${code}: ${stderr}`);
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(`${seconds.toFixed(1)} s  clone ${argv.join(' ')}\n`);
  return JSON.parse(stdout);
}

/** As any static server does. */
async function serveImages(): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

/** Files at random until one percent of all bytes has been written anew with bytes that no packer makes smaller. */
async function changeOnePercent(): Promise<number> {
  const files = execFileSync('find', ['usr', '-type', 'f', '-links', '1', '-size', '+0'], {
    cwd: golden,
    encoding: 'utf8',
    maxBuffer: 1e9,
  })
    .trim()
    .split('\n');
  const total = Number(execFileSync('du', ['-sb', '.'], { cwd: golden, encoding: 'utf8' }).split('\t')[0]);
  let changed = 0;
  for (let step = 0; changed < total / 100; step++) {
    const path = join(golden, files[(step * 7919) % files.length] ?? '');
    const { size } = await stat(path);
    if (size > total / 200) continue;
    await writeFile(path, randomBytes(size));
    changed += size;
  }
  return changed;
}

try {
  for (const tree of [golden, node]) await mkdir(tree, { recursive: true });
  const tar = join(folder, 'root.tar');
  await using out = await open(tar, 'w');
  for await (const chunk of unpacked(createReadStream(archive))) await out.write(chunk);
  execFileSync('tar', ['-xpf', tar, '-C', golden]);
  await clone('capture', 'n1', '--name', 'base', '--root', golden);
  const shown = await clone('image', 'show', 'base@1');
  await clone('image', 'verify', 'base@1');
  await runClone(['image', 'export', 'base@1', 'base.tar'], { cwd: folder, env });
  execFileSync('tar', [
    '-xp',
    '--xattrs',
    '--xattrs-include=*',
    '--acls',
    '-f',
    join(folder, 'base.tar'),
    '-C',
    node,
  ]);
  await mkdir(join(node, 'etc/heorot'), { recursive: true });
  await writeFile(join(node, 'etc/heorot/image'), `base@1 ${String(shown['digest'])}\n`);
  const changed = await changeOnePercent();
  await clone('capture', 'n1', '--name', 'base', '--root', golden);
  const synced = await clone('sync', 'base@2', '-w', 'n1', '--root', 'system', '--unprivileged', '--yes');
  const percentAgain = await changeOnePercent();
  await clone('capture', 'n1', '--name', 'base', '--root', golden);
  const fetched = await clone(
    'sync',
    'base@3',
    '-w',
    'n1',
    '--root',
    'system',
    '--unprivileged',
    '--yes',
    '--from',
    await serveImages(),
  );
  const again = await clone('sync', 'base@3', '-w', 'n1', '--root', 'system', '--unprivileged', '--yes');
  process.stdout.write(
    `${JSON.stringify({ layer: shown['layer'], changed, synced: totals(synced), percentAgain, fetched: totals(fetched), again: totals(again) }, undefined, 2)}\n`,
  );
  process.stdout.write(await readFile(join(node, 'etc/heorot/image'), 'utf8'));
} finally {
  server.close();
  await lab[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
}

function totals({ nodes }: Readonly<Record<string, unknown>>): unknown {
  if (!Array.isArray(nodes)) return undefined;
  return nodes.map((each: unknown) =>
    typeof each === 'object' && each !== null && 'sentBytes' in each && 'receivedBytes' in each
      ? {
          sentBytes: each.sentBytes,
          receivedBytes: each.receivedBytes,
          fetchedBytes: 'fetchedBytes' in each ? each.fetchedBytes : 0,
        }
      : each,
  );
}
