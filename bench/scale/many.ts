// Ten thousand nodes in one run, half of them dead: what it costs, and that every node ends in one outcome, the right one.
// node --conditions=heorot-src bench/scale/many.ts [NODES] [FANOUT] [CONNECT TIMEOUT, s] [gateways]; bins built (BENCH_DSH: another bundle).
// A fourth word, `gateways`: the nodes of each process, dead ones too, are reached through two others of it.
// The living are embedded servers in four processes, which answer `hostname` themselves; the dead accept and say nothing.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type EmbeddedLab, startEmbeddedLab } from '../../packages/lab/src/index.ts';
import { machine } from '../measure.ts';

interface Hall {
  readonly child: ChildProcess;
  readonly lab: Pick<EmbeddedLab, 'identity' | 'knownHosts'> & { readonly nodes: readonly HallNode[] };
}

interface HallNode {
  /** `g1` is a gateway, `n1` lives, `x1` is dead. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

const gatewaysOfHall = 2;

const halls = 4;
const bin = process.env['BENCH_DSH'] ?? join(import.meta.dirname, '../../packages/heorot/dist/bin/dsh.js');

const [first, ...rest] = process.argv.slice(2);
if (first === '--hall') await hall(rest[0] ?? '', Number(rest[1]), Number(rest[2]), rest[3] === 'gateways');
else {
  const behind = rest[2] === 'gateways';
  await many(Number(first ?? 10_000), Number(rest[0] ?? 512), Number(rest[1] ?? 3), behind);
}

/** A process with servers; ends with its standard input. */
async function hall(folder: string, living: number, place: number, behind: boolean): Promise<void> {
  // Each hall draws addresses of its own.
  const random = () => (place + 0.5 * Math.random()) / halls;
  const behaviours = { '*': { builtIn: true } };
  const nodes = behind ? gatewaysOfHall + 2 * living : living;
  await using lab = await startEmbeddedLab({ folder, nodes, random, behaviours });
  const { identity, knownHosts } = lab;
  const named = lab.nodes.map(({ address, port }, at): HallNode => {
    const kind = !behind ? 'n' : at < gatewaysOfHall ? 'g' : at % 2 === 0 ? 'n' : 'x';
    return { name: `${kind}${at + 1}`, address, port };
  });
  // What is dead behind a gateway accepts, and says nothing.
  for (const [at, { name }] of named.entries())
    if (name.startsWith('x')) await lab.fault(lab.nodes[at]?.name ?? '', { kind: 'freeze' });
  process.stdout.write(`${JSON.stringify({ identity, knownHosts, nodes: named })}\n`);
  process.stdin.resume();
  await once(process.stdin, 'end');
}

async function openHall(folder: string, living: number, place: number, behind: boolean): Promise<Hall> {
  const argv = ['--conditions=heorot-src', import.meta.filename, '--hall', join(folder, `hall${place}`)];
  const child = spawn(
    process.execPath,
    [...argv, String(living), String(place), ...(behind ? ['gateways'] : [])],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, lab: JSON.parse(String(line)) };
}

async function many(nodes: number, fanout: number, timeout: number, behind: boolean): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'heorot-bench-'));
  const living = Math.floor(nodes / 2);
  const silent = createServer((socket) => socket.on('error', () => {}).resume()).listen(0, '0.0.0.0');
  const opened: Hall[] = [];
  try {
    await once(silent, 'listening');
    for (let place = 0; place < halls; place++)
      opened.push(await openHall(folder, Math.floor(living / halls), place, behind));
    const dead = nodes - halls * Math.floor(living / halls);
    const cluster = clusterFile(folder, opened, behind ? 0 : dead, portOf(silent));
    const flags = ['-q', '-f', String(fanout), '-t', String(timeout), '--json'];
    const { wall, cpu, memory, outcomes } = await run(folder, [
      '--cluster',
      cluster,
      '-a',
      ...(behind ? ['-x', `h[0-${halls - 1}]g[1-${gatewaysOfHall}]`] : []),
      ...flags,
      'hostname',
    ]);
    const bound = (timeout * dead) / fanout;
    console.log(`## many nodes: ${machine()}\n`);
    console.log(
      `${nodes} nodes, ${dead} of them dead, fan-out ${fanout}, connect timeout ${timeout} s${behind ? `, behind ${halls * gatewaysOfHall} gateways` : ''}\n`,
    );
    console.log(`- outcomes: ${[...outcomes].map(([kind, count]) => `${count} ${kind}`).join(', ')}`);
    console.log(`- wall ${wall.toFixed(1)} s; timeout x dead / window is ${bound.toFixed(1)} s`);
    console.log(`- ${cpu.toFixed(1)} CPU s, ${memory.toFixed(0)} MB at most`);
  } finally {
    silent.close();
    for (const { child } of opened) child.stdin?.end();
    for (const { child } of opened) if (child.exitCode === null) await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
}

function portOf(server: Server): number {
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  return bound.port;
}

/** The dead are interleaved with the living by their names: `h0n1`, `h0x1`. */
function clusterFile(folder: string, opened: readonly Hall[], dead: number, port: number): string {
  const behindGateways = opened.some(({ lab }) => lab.nodes.some(({ name }) => name.startsWith('g')));
  const access = (lab: Hall['lab']) => ({ identity: lab.identity, knownHosts: lab.knownHosts });
  const alive = opened.flatMap(({ lab }, place) =>
    lab.nodes.map(({ name, address, port: own }) => [
      `h${place}${name}`,
      {
        address,
        port: own,
        ...access(lab),
        ...(behindGateways && !name.startsWith('g') ? { gateway: `h${place}g[1-${gatewaysOfHall}]` } : {}),
      },
    ]),
  );
  const gone = Array.from({ length: dead }, (_, number) => [
    `h${number % halls}x${number}`,
    { address: `127.250.${number >> 8}.${number & 255}`, port, ...(opened[0] && access(opened[0].lab)) },
  ]);
  const mixed = Array.from({ length: Math.max(alive.length, gone.length) }, (_, at) => [alive[at], gone[at]])
    .flat()
    .flatMap((entry) => (entry === undefined ? [] : [entry]));
  const path = join(folder, 'many.yaml');
  writeFileSync(path, JSON.stringify({ cluster: 'many', nodes: Object.fromEntries(mixed) }), { mode: 0o600 });
  return path;
}

async function run(folder: string, argv: readonly string[]) {
  const report = join(folder, 'time');
  const answer = join(folder, 'answer.json');
  const home = { HOME: folder, XDG_STATE_HOME: join(folder, 'state') };
  const script = `exec /usr/bin/time -o "$0" -f '%e %U %S %M' "$@" >'${answer}'`;
  const child = spawn('sh', ['-c', script, report, process.execPath, bin, ...argv], {
    env: { ...process.env, ...home },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await once(child, 'close');
  const lastLine = readFileSync(report, 'utf8').trim().split('\n').at(-1) ?? '';
  const [wall = 0, user = 0, system = 0, kilobytes = 0] = lastLine.split(' ').map(Number);
  const results: readonly { readonly node: string; readonly outcome: string | { readonly kind: string } }[] =
    JSON.parse(readFileSync(answer, 'utf8')).nodes;
  const kinds = Map.groupBy(results, ({ node, outcome }) => {
    const kind = typeof outcome === 'string' ? outcome : outcome.kind;
    return `${kind}${/^h\dn/.test(node) ? ' of the living' : ' of the dead'}`;
  });
  const outcomes = new Map(Array.from(kinds, ([kind, list]) => [kind, list.length]));
  return { wall, cpu: user + system, memory: kilobytes / 1000, outcomes };
}
