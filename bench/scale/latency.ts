// How many round trips a login and a command take, and what a hall that is far away therefore takes: a model, held against a run.
// node --conditions=heorot-src bench/scale/latency.ts, as root, bins built. Debian packages openssh-server, iproute2, pdsh and time.
// Delay comes from a proxy in the namespace, in front of the same sshd: a kernel without sch_netem has no other.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BenchCluster, startBenchCluster } from '../dsh/cluster.ts';
import { type Contestant, machine, measure, median } from '../measure.ts';

const bin = join(import.meta.dirname, '..', '..', 'packages', 'heorot', 'dist', 'bin', 'dsh.js');
const nodes = 256;
const window = 64;
const rounds = 3;
const near = 0;
const far = 100;
let nextPort = 2300;

const [role, ...rest] = process.argv.slice(2);
if (role === '--proxy') proxy(Number(rest[0]), Number(rest[1]), Number(rest[2]));
else await bench();

async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'heorot-bench-'));
  try {
    await using cluster = await startBenchCluster(folder, nodes, 'curve25519-sha256');
    console.log(`## latency: ${machine()}\n`);
    console.log('| one node | at hand, s | round trip of 100 ms, s | round trips |\n|---|---|---|---|');
    let login = Number.NaN;
    for (const make of [dshCold, dshHeld, pdsh]) {
      const seconds = [await oneNode(cluster, make, near), await oneNode(cluster, make, far)] as const;
      const trips = (seconds[1] - seconds[0]) / (far / 1000);
      if (make === dshCold) login = trips;
      const { name } = make(cluster, '', 0);
      console.log(`| ${name} | ${seconds[0].toFixed(2)} | ${seconds[1].toFixed(2)} | ${trips.toFixed(1)} |`);
    }
    execFileSync(process.execPath, [bin, 'holder', 'close', '-q'], {
      env: { ...process.env, ...environment(cluster) },
    });
    await again(cluster, login);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The model against a run of all nodes: each window takes its round trips, or the machine its logins, whichever is longer. */
async function again(cluster: BenchCluster, trips: number): Promise<void> {
  const list = cluster.addresses.join(',');
  const seconds: number[] = [];
  for (const roundTripMs of [near, far]) {
    await using port = await delayed(cluster, roundTripMs);
    seconds.push((await measure(dshCold(cluster, list, port.number))).wall);
  }
  const [logins = 0, measured = 0] = seconds;
  const model = logins + (nodes / window) * trips * (far / 1000);
  const bounds = `${Math.max(logins, (nodes / window) * trips * (far / 1000)).toFixed(1)} to ${model.toFixed(1)}`;
  console.log(`\n${nodes} nodes, fan-out ${window}: ${logins.toFixed(1)} s at hand;`);
  console.log(`a round trip of ${far} ms: ${measured.toFixed(1)} s, by the model ${bounds} s`);
}

function dshOf(cluster: BenchCluster, list: string, port: number, ...flags: string[]): readonly string[] {
  return cluster.inside([
    process.execPath,
    bin,
    '--ssh-config',
    configWith(cluster, port),
    '-q',
    '-f',
    String(window),
    '-w',
    list,
    ...flags,
    'true',
  ]);
}

function dshCold(cluster: BenchCluster, list: string, port: number): Contestant {
  return { name: 'dsh', argv: dshOf(cluster, list, port, '--no-hold'), env: environment(cluster) };
}

function dshHeld(cluster: BenchCluster, list: string, port: number): Contestant {
  return { name: 'dsh, held', argv: dshOf(cluster, list, port, '--hold', '1m'), env: environment(cluster) };
}

function pdsh(cluster: BenchCluster, list: string, port: number): Contestant {
  const argv = cluster.inside(['pdsh', '-R', 'ssh', '-w', list, 'true']);
  return { name: 'pdsh', argv, env: { PDSH_SSH_ARGS_APPEND: `-F ${configWith(cluster, port)}` } };
}

function environment({ folder }: BenchCluster): Record<string, string> {
  return { XDG_STATE_HOME: join(folder, 'state') };
}

/** Median; the first run, which opens what the others use, does not count. */
async function oneNode(cluster: BenchCluster, make: typeof dshCold, roundTripMs: number): Promise<number> {
  await using port = await delayed(cluster, roundTripMs);
  const contestant = make(cluster, cluster.addresses[0] ?? '', port.number);
  await measure(contestant);
  const walls: number[] = [];
  for (let round = 0; round < rounds; round++) walls.push((await measure(contestant)).wall);
  return median(walls);
}

/** A port of every node's address that leads to its sshd, with half of the round trip each way. */
async function delayed(
  cluster: BenchCluster,
  roundTripMs: number,
): Promise<{ number: number } & AsyncDisposable> {
  const number = nextPort++;
  const [program = '', ...argv] = cluster.inside([
    process.execPath,
    import.meta.filename,
    '--proxy',
    String(number),
    String(cluster.port),
    String(roundTripMs / 2),
  ]);
  const child: ChildProcess = spawn(program, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
  if (child.stdout !== null) await once(child.stdout, 'data');
  return {
    number,
    async [Symbol.asyncDispose]() {
      child.stdin?.end();
      await once(child, 'exit');
    },
  };
}

function configWith(cluster: BenchCluster, port: number): string {
  const path = join(cluster.folder, `ssh_config_${port}`);
  const known = `${path}_known_hosts`;
  writeFileSync(
    known,
    readFileSync(cluster.knownHosts, 'utf8').replaceAll(`]:${cluster.port} `, `]:${port} `),
  );
  const config = readFileSync(cluster.sshConfig, 'utf8');
  writeFileSync(
    path,
    config
      .replace(`Port ${cluster.port}`, `Port ${port}`)
      .replace(`UserKnownHostsFile ${cluster.knownHosts}`, `UserKnownHostsFile ${known}`),
  );
  return path;
}

/** Ends with its standard input. Setting up TCP costs its round trip too: nothing is passed on, or answered, before that. */
function proxy(port: number, to: number, delayMs: number): void {
  createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const server = connect({ host: client.localAddress ?? '', port: to, allowHalfOpen: true, noDelay: true });
    const opened = Date.now() + 2 * delayMs;
    pass(client, server, delayMs, opened);
    pass(server, client, delayMs, opened);
  }).listen(port, '0.0.0.0', () => process.stdout.write('ready\n'));
  process.stdin.resume().once('end', () => process.exit());
}

function pass(from: Socket, to: Socket, delayMs: number, opened: number): void {
  const later = (action: () => void) =>
    delayMs === 0 ? action() : setTimeout(action, Math.max(delayMs, opened + delayMs - Date.now()));
  from.on('data', (chunk) => later(() => to.write(chunk)));
  from.on('end', () => later(() => to.end()));
  from.on('error', () => to.destroy());
}
