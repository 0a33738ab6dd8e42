// New files of a sync come from any static HTTP server that hands out the image store: only what changed moves, whatever is wrong with
// it goes over ssh, and an interruption leaves each file old or new.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Lab, startEmbeddedLab } from '@heorot/lab';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CloneResult, runClone } from '../src/testing/run-clone.ts';

const run = promisify(execFile);
const nodes = ['n1', 'n2'];
let folder: string;
let lab: Lab;
let env: Record<string, string>;
let server: Server;
let from: string;
let asked: string[];
/** What the server does instead of answering well. */
let trouble: 'none' | 'damaged' | 'short' | 'endless';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-sync-http-'));
  lab = await startEmbeddedLab({ folder: join(folder, 'lab'), nodes: nodes.length });
  env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    HEOROT_CLUSTER: lab.clusterFile,
    XDG_STATE_HOME: join(folder, 'state'),
  };
  asked = [];
  trouble = 'none';
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (trouble === 'damaged') return void response.end('no blob at all');
    if (trouble === 'endless') return void response.writeHead(200, { 'content-length': 1e9 }).write('x');
    const file = createReadStream(join(folder, 'state/heorot/clone/images', request.url ?? ''));
    file.once('error', () => response.writeHead(404).end());
    if (trouble === 'short') file.once('data', () => response.destroy());
    return void file.pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  from = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  await makeVersions();
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await lab[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const clone = (argv: readonly string[], signal?: AbortSignal): Promise<CloneResult> =>
  runClone(argv, { cwd: folder, env, ...(signal !== undefined && { signal }) });
const sync = (
  url: string,
  more: readonly string[] = ['--json'],
  signal?: AbortSignal,
): Promise<CloneResult> =>
  clone(
    ['sync', 'base@2', '-w', 'n[1-2]', '--root', 'system', '--unprivileged', '--yes', '--from', url, ...more],
    signal,
  );
const at = (node: string, path: string): string => join(folder, 'lab/nodes', node, 'home/system', path);

/** base@1, which is on all nodes, and base@2. */
async function makeVersions(): Promise<void> {
  const golden = join(folder, 'golden');
  await mkdir(join(golden, 'usr/share'), { recursive: true });
  await mkdir(join(golden, 'etc'));
  for (let file = 0; file < 50; file += 1)
    await writeFile(join(golden, `usr/share/${file}`), randomBytes(20_000));
  const take = () => clone(['image', 'import', 'golden', '--name', 'base', '--unprivileged']);
  expect((await take()).code).toBe(0);
  await clone(['image', 'export', 'base@1', 'base.tar']);
  const { digest } = JSON.parse((await clone(['image', 'show', 'base@1', '--json'])).stdout);
  for (const node of nodes) {
    await mkdir(at(node, 'etc/heorot'), { recursive: true });
    await run('tar', ['-xp', '-C', at(node, ''), '-f', join(folder, 'base.tar')]);
    await writeFile(at(node, 'etc/heorot/image'), `base@1 ${digest}\n`);
  }
  for (const file of ['0', '1', '2']) await writeFile(join(golden, 'usr/share', file), randomBytes(30_000));
  const script = `mkdir "usr/new folder"; cp usr/share/0 "usr/new folder/$(printf 'a\\nb')"; chmod 4750 usr/share/1; ln usr/share/2 usr/share/2.other; touch -d '2001-02-03 04:05:06' usr/share/2`;
  await run('sh', ['-ec', script], { cwd: golden });
  expect((await take()).code).toBe(0);
}

async function isAsGolden(node: string): Promise<boolean> {
  const { stdout } = await run('sh', [
    '-c',
    'diff -r --exclude=heorot "$1" "$2" && echo same',
    'sh',
    join(folder, 'golden'),
    at(node, ''),
  ]).catch(() => ({ stdout: '' }));
  return stdout === 'same\n';
}

async function staged(): Promise<string> {
  return (await run('find', [join(folder, 'lab/nodes'), '-name', '.heorot-sync-*'])).stdout;
}

describe('sync by http', () => {
  it('fetches the blobs of changed files and nothing else; over ssh go names alone', async () => {
    const { code, stdout, stderr } = await sync(from);
    expect([code, stderr.includes('over ssh')]).toEqual([0, false]);
    expect(asked.filter((path) => !/^\/blobs\/sha256\/[0-9a-f]{64}$/.test(path))).toEqual([]);
    // Three new contents, by each node.
    expect(asked).toHaveLength(3 * nodes.length);
    for (const { sentBytes, fetchedBytes } of JSON.parse(stdout).nodes) {
      expect(fetchedBytes).toBeGreaterThan(90_000);
      expect(sentBytes).toBeLessThan(5000);
    }
    for (const node of nodes) {
      expect(await isAsGolden(node)).toBe(true);
      expect((await stat(at(node, 'usr/share/1'))).mode & 0o7777).toBe(0o4750);
      expect((await stat(at(node, 'usr/share/2'))).nlink).toBe(2);
      expect(Math.floor((await stat(at(node, 'usr/share/2'))).mtimeMs / 1000)).toBe(
        Math.floor((await stat(join(folder, 'golden/usr/share/2'))).mtimeMs / 1000),
      );
    }
    expect(await staged()).toBe('');
  });

  it.each<typeof trouble>(['damaged', 'short'])(
    'takes nothing that came %s: it comes over ssh',
    async (what) => {
      trouble = what;
      const { code, stderr, stdout } = await sync(from);
      expect([code, stderr]).toEqual([0, expect.stringContaining('it came over ssh')]);
      expect(JSON.parse(stdout).nodes[0]).toMatchObject({ fetchedBytes: 0 });
      for (const node of nodes) expect(await isAsGolden(node)).toBe(true);
      expect(await staged()).toBe('');
    },
  );

  it('goes over ssh where the server is not reached', async () => {
    const { code, stderr } = await sync('http://127.0.0.1:1');
    expect([code, stderr]).toEqual([0, expect.stringContaining('n1: not from http://127.0.0.1:1')]);
    for (const node of nodes) expect(await isAsGolden(node)).toBe(true);
  });

  it('says what became of each node when it is interrupted, and leaves every file old or new', async () => {
    trouble = 'endless';
    const before = await readFile(at('n1', 'usr/share/0'));
    const interrupt = new AbortController();
    const running = sync(from, [], interrupt.signal);
    while (asked.length < nodes.length) await new Promise((resolve) => setTimeout(resolve, 20));
    interrupt.abort();
    const { code, stderr } = await running;
    expect(code).toBe(143);
    for (const node of nodes)
      expect(stderr).toContain(`${node}: interrupted: each file is the old or the new one`);
    expect((await readFile(at('n1', 'usr/share/0'))).equals(before)).toBe(true);
    trouble = 'none';
    expect((await sync(from)).code).toBe(0);
    for (const node of nodes) expect(await isAsGolden(node)).toBe(true);
    expect(await staged()).toBe('');
  });
});
