// Receivers behind one head link of 200 Mbit/s: how much longer all take than one alone, by http, torrent and multicast; with one five
// times slower; with one killed at random. Namespaces on a bridge, tc tbf on each link; receivers run the node's own scripts.
// Root, aria2 and udpcast. node --conditions=heorot-src bench/clone/distribution.ts [--receivers 8] [--mib 200] [--kills 100] [METHOD...]
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { multicastGroupOf } from '../../packages/clone/src/distribution/multicast-group.ts';
import { writeBlob } from '../../packages/clone/src/image/blob-store.ts';
import { createLayout } from '../../packages/clone/src/image/layout-index.ts';
import { headFolder } from '../../packages/clone/src/protocol/head-folder.ts';

const run = promisify(execFile);
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    receivers: { type: 'string', default: '8' },
    mib: { type: 'string', default: '200' },
    kills: { type: 'string', default: '5' },
  },
});
const count = Number(values.receivers);
const bytes = Number(values.mib) * 1e6;
const methods = positionals.length > 0 ? positionals : ['torrent', 'multicast'];
const head = '10.79.0.254';
const library = join(import.meta.dirname, '../../packages/clone/node/lib/heorot');
const receiverScript = join(import.meta.dirname, 'distribution-receiver.sh');
const id = randomBytes(2).toString('hex');
const bridge = `hd-${id}-b`;
const nameOf = (at: number): string => `hd-${id}-${at}`;

const folder = await mkdtemp('/dev/shm/heorot-distribution-');
await using parts = new AsyncDisposableStack();
parts.defer(() => rm(folder, { recursive: true, force: true }));
const layer = headFolder(join(folder, 'head'));
await mkdir(layer.images, { recursive: true });
await createLayout(layer.images);
const content = Array.from({ length: 20 }, () => randomBytes(bytes / 20));
const { digest } = await writeBlob(layer.images, 'application/octet-stream', content);
content.length = 0;
const hex = digest.slice('sha256:'.length);
await cable();

const report = { push: (row: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(row)}\n`) };
const alone = await round('http', { receivers: 1 });
report.push({ what: 'http, one receiver', ...alone });
for (const method of methods) {
  const single = seconds(alone);
  const all = await round(method, { receivers: count });
  report.push({ what: `${method}, ${count} receivers`, ...all, ratio: ratio(all, single) });
  await shape(3, 40);
  const slow = await round(method, { receivers: count, slow: 3 });
  report.push({ what: `${method}, one at 40 Mbit/s: the others`, ...slow, ratio: ratio(slow, single) });
  await shape(3, 200);
  let lost = 0;
  let worst = 0;
  for (let kill = 0; kill < Number(values.kills); kill += 1) {
    const victim = 1 + Math.floor(Math.random() * count);
    const result = await round(method, {
      receivers: count,
      // From the first word to after the last byte.
      kill: { at: 300 + Math.random() * 1300 * single, victim },
    });
    lost += result.bad + result.unfinished;
    worst = Math.max(worst, seconds(result));
  }
  if (Number(values.kills) > 0)
    report.push({
      what: `${method}, one killed at random, ${values.kills} times`,
      notGood: lost,
      worst,
      ratio: worst / single,
    });
}

interface Round {
  /** Of those that count, in seconds, sorted. */
  readonly times: readonly number[];
  readonly bad: number;
  readonly unfinished: number;
  readonly headBytes: number;
}

async function round(
  method: string,
  options: {
    readonly receivers: number;
    readonly slow?: number;
    readonly kill?: { readonly at: number; readonly victim: number };
  },
): Promise<Round> {
  const headProcess = inside(0, process.execPath, [
    '--conditions=heorot-src',
    join(import.meta.dirname, 'distribution-head.ts'),
    join(folder, 'head'),
    digest,
    head,
    method,
    String(options.receivers),
  ]);
  await firstLine(headProcess);
  // A seeder is up before the first node asks.
  await sleep(1500);
  const sentBefore = await sentBytes();
  const began = await uptime();
  const { address, port } = multicastGroupOf(digest);
  const sources = { torrent: ['torrent:torrent'], multicast: [`multicast:${address}:${port}`] }[method] ?? [];
  const receivers = Array.from({ length: options.receivers }, (_, at) => at + 1).map((at) => ({
    at,
    child: inside(at, 'busybox', [
      'sh',
      receiverScript,
      library,
      join(folder, String(at)),
      `http://${head}:8080`,
      hex,
      String(bytes),
      join(layer.images, 'blobs/sha256', hex),
      ...sources,
    ]),
  }));
  const { kill } = options;
  const killing =
    kill === undefined
      ? undefined
      : sleep(kill.at).then(() => end(receivers[kill.victim - 1]?.child, 'SIGKILL'));
  const outcomes = await Promise.all(
    receivers.map(async ({ at, child }) => ({
      at,
      ...(await outcomeOf(child, at === options.slow ? 120_000 : 240_000)),
    })),
  );
  const headBytes = (await sentBytes()) - sentBefore;
  await killing;
  for (const { child } of receivers) end(child, 'SIGKILL');
  end(headProcess, 'SIGTERM');
  await sleep(500);
  for (const { at } of receivers) await rm(join(folder, String(at)), { recursive: true, force: true });
  const counted = outcomes.filter(({ at }) => at !== options.slow && at !== kill?.victim);
  const since = (time: number): number => Math.round((time - began) * 10) / 10;
  return {
    times: counted.flatMap(({ good }) => (good === undefined ? [] : [since(good)])).sort((a, b) => a - b),
    bad: counted.filter(({ bad }) => bad).length,
    unfinished: counted.filter(({ good, bad }) => good === undefined && !bad).length,
    headBytes: Math.round((headBytes / bytes) * 100) / 100,
  };
}

function seconds({ times }: Round): number {
  return times.at(-1) ?? Number.POSITIVE_INFINITY;
}

/** Of the last receiver. */
function ratio(round: Round, single: number): number {
  return Math.round((seconds(round) / single) * 100) / 100;
}

interface Outcome {
  /** When all bytes had come out, checked. */
  readonly good: number | undefined;
  readonly bad: boolean;
}

/** What a receiver says until it has all, or is gone. */
async function outcomeOf(child: ChildProcess, longestMs: number): Promise<Outcome> {
  const { stdout } = child;
  if (stdout === null) return { good: undefined, bad: false };
  const timer = setTimeout(() => end(child, 'SIGKILL'), longestMs);
  try {
    for await (const line of createInterface({ input: stdout })) {
      const [word, value] = line.split(' ');
      if (word === 'good') return { good: Number(value), bad: false };
      if (word === 'bad') return { good: undefined, bad: true };
    }
    return { good: undefined, bad: false };
  } finally {
    clearTimeout(timer);
  }
}

function inside(at: number, program: string, operands: readonly string[]): ChildProcess {
  return spawn('ip', ['netns', 'exec', nameOf(at), program, ...operands], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // A group of its own: aria2c and udp-receiver end with it, as with a power cut.
    detached: true,
  });
}

function end(child: ChildProcess | undefined, signal: 'SIGKILL' | 'SIGTERM'): void {
  if (child?.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Gone already.
  }
}

async function firstLine({ stdout }: ChildProcess): Promise<void> {
  if (stdout === null) return;
  await new Promise<void>((resolve) => stdout.once('data', () => resolve()));
}

async function cable(): Promise<void> {
  const ip = (...operands: readonly string[]) => run('ip', [...operands]);
  await ip('netns', 'add', bridge);
  parts.defer(async () => void (await ip('netns', 'del', bridge)));
  await ip('-n', bridge, 'link', 'add', 'bridge', 'type', 'bridge', 'mcast_snooping', '0');
  await ip('-n', bridge, 'link', 'set', 'bridge', 'up');
  for (let at = 0; at <= count; at += 1) {
    const name = nameOf(at);
    await ip('netns', 'add', name);
    parts.defer(async () => void (await ip('netns', 'del', name)));
    await ip('-n', name, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', `v${at}`, 'netns', bridge);
    await ip('-n', bridge, 'link', 'set', `v${at}`, 'master', 'bridge', 'up');
    await ip(
      '-n',
      name,
      'addr',
      'add',
      at === 0 ? `${head}/24` : `10.79.0.${at}/24`,
      'brd',
      '+',
      'dev',
      'eth0',
    );
    await ip('-n', name, 'link', 'set', 'lo', 'up');
    await ip('-n', name, 'link', 'set', 'eth0', 'up');
    await ip('-n', name, 'route', 'add', '224.0.0.0/4', 'dev', 'eth0');
    await shape(at, 200);
  }
}

/** Both directions of one link. */
async function shape(at: number, megabits: number): Promise<void> {
  for (const [namespace, card] of [
    [nameOf(at), 'eth0'],
    [bridge, `v${at}`],
  ])
    await run(
      'tc',
      `-n ${namespace} qdisc replace dev ${card} root tbf rate ${megabits}mbit burst 256k latency 50ms`.split(
        ' ',
      ),
    );
}

async function sentBytes(): Promise<number> {
  const { stdout } = await run('ip', [
    'netns',
    'exec',
    nameOf(0),
    'cat',
    '/sys/class/net/eth0/statistics/tx_bytes',
  ]);
  return Number(stdout);
}

async function uptime(): Promise<number> {
  return Number((await readFile('/proc/uptime', 'utf8')).split(' ')[0]);
}
