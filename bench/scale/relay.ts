// A thousand nodes behind two gateways: logged in to by the gateways (relay) against from here (ProxyJump), in turns.
// node bench/scale/relay.ts, as root, bins built; Debian packages openssh-server, iproute2, time. Prints Markdown for bench/RESULTS.md.
// BENCH_NODES, BENCH_ROUNDS, BENCH_FANOUT; BENCH_DSH is another bundle of dsh.
// Gateways and nodes are sshd's in one network namespace, which this side reaches by the gateways' two addresses alone.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Contestant, type Cost, machine, measure, median, medianCost, table } from '../measure.ts';

const nodes = Number(process.env['BENCH_NODES'] ?? 1000);
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3);
const fanout = process.env['BENCH_FANOUT'] ?? '64';
const bin = process.env['BENCH_DSH'] ?? join(import.meta.dirname, '../../packages/heorot/dist/bin/dsh.js');
const namespace = `heorot-relay-${process.pid}`;
const link = `hr${process.pid}`;
/** For benchmarks between networks (RFC 2544). */
const network = '198.18.77';
const gateways = [`${network}.2`, `${network}.3`];
const ports = { gateway: 2222, node: 2223 };
const ticksPerSecond = 100;

interface Sshd extends AsyncDisposable {
  /** Seconds of it and of all that has ended in it. */
  cpu(): number;
}

const folder = mkdtempSync(join(tmpdir(), 'heorot-bench-'));
try {
  await using hall = await openHall();
  await compare(hall);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function compare({ cluster, gate }: Awaited<ReturnType<typeof openHall>>): Promise<void> {
  const env = { HOME: folder, XDG_STATE_HOME: join(folder, 'state'), XDG_RUNTIME_DIR: folder };
  const dsh = (name: string, flags: readonly string[], nodesToAsk = ['-g', 'hall']): Contestant => ({
    name,
    argv: [process.execPath, bin, '--cluster', cluster, ...nodesToAsk, '-q', '-f', fanout, ...flags, 'true'],
    env,
  });
  const contestants = [
    dsh('dsh --transport relay', ['--transport', 'relay']),
    dsh('dsh, ProxyJump', ['--transport', 'ssh2']),
    dsh('dsh --transport relay, one node', ['--transport', 'relay'], ['-w', 'n1']),
  ];
  const costs = new Map<string, Cost[]>();
  const gatewayCpu = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++) {
    for (const contestant of contestants) {
      const before = gate.cpu();
      const cost = await measure(contestant);
      // The watchers of a relay go with the connection.
      await sleep(500);
      costs.set(contestant.name, [...(costs.get(contestant.name) ?? []), cost]);
      gatewayCpu.set(contestant.name, [...(gatewayCpu.get(contestant.name) ?? []), gate.cpu() - before]);
    }
  }
  const medians = new Map([...costs].map(([name, all]) => [name, medianCost(all)]));
  console.log(`## relay: ${machine()}\n`);
  console.log(
    table(`true on ${nodes} nodes behind two gateways, fan-out ${fanout}, curve25519-sha256`, medians),
  );
  for (const [name, all] of gatewayCpu)
    console.log(`- ${name}: ${median(all).toFixed(1)} CPU s on the gateways`);
  const [relay, , one] = [...medians.values()];
  const each = (((relay?.cpu ?? 0) - (one?.cpu ?? 0)) / (nodes - 1)) * 1000;
  console.log(`- CPU of dsh for each node of the relay, its start left out: ${each.toFixed(2)} ms`);
}

/** Gateways and nodes, and the cluster file that leads to them. */
async function openHall() {
  const path = (name: string) => join(folder, name);
  const addresses = Array.from({ length: nodes }, (_, i) => `127.1.${Math.floor(i / 250)}.${(i % 250) + 1}`);
  const ip = (...argv: string[]) => execFileSync('ip', argv);
  mkdirSync('/run/sshd', { recursive: true });
  mkdirSync(path('home/.ssh'), { recursive: true, mode: 0o700 });
  for (const key of ['host_key', 'id', 'home/.ssh/id_ed25519'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path(key)]);
  // Nodes know the gateways' key and ours; gateways ours.
  copyFileSync(path('id.pub'), path('gateway_keys'));
  writeFileSync(
    path('node_keys'),
    ['id.pub', 'home/.ssh/id_ed25519.pub'].map((key) => readFileSync(path(key))).join(''),
  );
  const hostKey = readFileSync(path('host_key.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
  const hosts = [
    ...addresses.map((address) => `[${address}]:${ports.node}`),
    ...gateways.map((address) => `[${address}]:${ports.gateway}`),
  ];
  writeFileSync(path('known_hosts'), hosts.map((host) => `${host} ${hostKey}\n`).join(''));
  ip('netns', 'add', namespace);
  ip('link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace);
  ip('addr', 'add', `${network}.1/24`, 'dev', link);
  ip('link', 'set', link, 'up');
  ip('-n', namespace, 'link', 'set', 'lo', 'up');
  ip('-n', namespace, 'link', 'set', 'eth0', 'up');
  for (const address of gateways) ip('-n', namespace, 'addr', 'add', `${address}/24`, 'dev', 'eth0');
  const gate = await startSshd(
    'gateway_keys',
    gateways.map((address) => `ListenAddress ${address}:${ports.gateway}`),
  );
  const hall = await startSshd('node_keys', [`Port ${ports.node}`]);
  await answering(`${network}.2`, ports.gateway);
  return {
    gate,
    cluster: clusterFile(addresses),
    async [Symbol.asyncDispose]() {
      for (const sshd of [gate, hall]) await sshd[Symbol.asyncDispose]();
      ip('link', 'del', link);
      ip('netns', 'del', namespace);
    },
  };
}

/** In the namespace, with a home of its own for root: ssh takes its keys from there. */
async function startSshd(keys: string, listen: readonly string[]): Promise<Sshd> {
  const config = join(folder, `sshd_${keys}`);
  const lines = [
    ...listen,
    `HostKey ${folder}/host_key`,
    `AuthorizedKeysFile ${folder}/${keys}`,
    'PermitRootLogin yes',
    'StrictModes no',
    'UsePAM no',
    'PidFile none',
    'MaxStartups 2000',
    'KexAlgorithms curve25519-sha256',
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  const script = `mount --bind "$0" /root && exec /usr/sbin/sshd -D -e -f "$1"`;
  const argv = ['netns', 'exec', namespace, 'sh', '-c', script, join(folder, 'home'), config];
  const child: ChildProcess = spawn('ip', argv, { stdio: 'ignore' });
  const { pid } = child;
  if (pid === undefined) throw new Error('sshd did not start');
  return {
    cpu: () => {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ');
      return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / ticksPerSecond;
    },
    async [Symbol.asyncDispose]() {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

function clusterFile(addresses: readonly string[]): string {
  const access = {
    user: 'root',
    port: ports.node,
    identity: join(folder, 'id'),
    knownHosts: join(folder, 'known_hosts'),
  };
  const [first, second] = gateways;
  const entries = addresses.map((address, at) => [`n${at + 1}`, { address, gateway: 'gw[1-2]' }] as const);
  const all = {
    gw1: { address: first, port: ports.gateway },
    gw2: { address: second, port: ports.gateway },
    ...Object.fromEntries(entries),
  };
  const groups = { hall: `n[1-${addresses.length}]` };
  const path = join(folder, 'cluster.yaml');
  writeFileSync(path, JSON.stringify({ cluster: 'hall', defaults: access, nodes: all, groups }), {
    mode: 0o600,
  });
  return path;
}

async function answering(host: string, at: number): Promise<void> {
  for (let turn = 0; turn < 100; turn++) {
    const socket = connect(at, host);
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
    await sleep(100);
  }
  throw new Error('the gateways do not answer');
}
