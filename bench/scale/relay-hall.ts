// Nodes behind gateways for the benches of the relay: sshd's in one network namespace, which this side reaches by the gateways'
// addresses alone. As root; Debian packages openssh-server, iproute2.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RelayHallOptions {
  /** They answer. */
  readonly living: number;
  /** They accept a connection, and say nothing. */
  readonly dead: number;
  readonly gateways: number;
}

export interface RelayHall extends AsyncDisposable {
  /** For the cluster file and the state of dsh. */
  readonly folder: string;
  /** Group `hall`: the living `n1`..., the dead `x1`..., in turn. */
  readonly cluster: string;
  /** Seconds of all that ran on the gateways, and has ended. */
  readonly gatewayCpu: () => number;
}

const namespace = `heorot-relay-${process.pid}`;
const link = `hr${process.pid}`;
/** For benchmarks between networks (RFC 2544). */
const network = '198.18.77';
const ports = { gateway: 2222, node: 2223, dead: 2224 };
const ticksPerSecond = 100;

interface Service extends AsyncDisposable {
  /** Seconds of it and of all that has ended in it. */
  cpu(): number;
}

export async function openRelayHall(options: RelayHallOptions): Promise<RelayHall> {
  const folder = mkdtempSync(join(tmpdir(), 'heorot-bench-'));
  const path = (name: string) => join(folder, name);
  const living = Array.from({ length: options.living }, (_, at) => addressOf(1, at));
  const dead = Array.from({ length: options.dead }, (_, at) => addressOf(2, at));
  const gateways = Array.from({ length: options.gateways }, (_, at) => `${network}.${at + 2}`);
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
    ...living.map((address) => `[${address}]:${ports.node}`),
    ...dead.map((address) => `[${address}]:${ports.dead}`),
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
  const gate = startSshd(
    folder,
    'gateway_keys',
    gateways.map((address) => `ListenAddress ${address}:${ports.gateway}`),
  );
  const hall = startSshd(folder, 'node_keys', [`Port ${ports.node}`]);
  const silence = `require('net').createServer((socket) => socket.on('error', () => {}).resume()).listen(${ports.dead})`;
  const silent = startInside([process.execPath, '-e', silence]);
  await answering(`${network}.2`, ports.gateway);
  return {
    folder,
    cluster: clusterFile(folder, { gateways, living, dead }),
    gatewayCpu: () => gate.cpu(),
    async [Symbol.asyncDispose]() {
      for (const service of [gate, hall, silent]) await service[Symbol.asyncDispose]();
      ip('link', 'del', link);
      ip('netns', 'del', namespace);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const addressOf = (network: number, at: number) => `127.${network}.${Math.floor(at / 250)}.${(at % 250) + 1}`;

/** With a home of its own for root: ssh takes its keys from there. */
function startSshd(folder: string, keys: string, listen: readonly string[]): Service {
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
  return startInside(['sh', '-c', script, join(folder, 'home'), config]);
}

function startInside(argv: readonly string[]): Service {
  const child: ChildProcess = spawn('ip', ['netns', 'exec', namespace, ...argv], { stdio: 'ignore' });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${argv[0]} did not start`);
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

function clusterFile(
  folder: string,
  all: Readonly<Record<'gateways' | 'living' | 'dead', readonly string[]>>,
): string {
  const access = {
    user: 'root',
    identity: join(folder, 'id'),
    knownHosts: join(folder, 'known_hosts'),
  };
  const gateway = `gw[1-${all.gateways.length}]`;
  const behind = (name: string, port: number) => (address: string, at: number) =>
    [at, `${name}${at + 1}`, { address, port, gateway }] as const;
  const nodes = [...all.living.map(behind('n', ports.node)), ...all.dead.map(behind('x', ports.dead))]
    .toSorted(([one], [other]) => one - other)
    .map(([, name, node]) => [name, node] as const);
  const gates = all.gateways.map((address, at) => [`gw${at + 1}`, { address, port: ports.gateway }] as const);
  const groups = { hall: nodes.map(([name]) => name).join(',') };
  const path = join(folder, 'cluster.yaml');
  const content = {
    cluster: 'hall',
    defaults: access,
    nodes: Object.fromEntries([...gates, ...nodes]),
    groups,
  };
  writeFileSync(path, JSON.stringify(content), { mode: 0o600 });
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
