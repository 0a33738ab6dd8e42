// netmon against its peers: `node --conditions=heorot-src bench/netmon/run.ts [section...]`, as root. Prints Markdown for bench/RESULTS.md.
// Needs the Debian packages openssh-server, iproute2, and for the peers prometheus-node-exporter, collectl, iperf3.
import { execFile, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { startBenchCluster } from '../dsh/cluster.ts';
import { machine } from '../measure.ts';
import { collectlCost, exporterCost, nodeTable, ourCost } from './node-cost.ts';
import { rateError, rateTable } from './rate-error.ts';

const nodes = Number(process.env['BENCH_NODES'] ?? 1000);
const seconds = Number(process.env['BENCH_SECONDS'] ?? 30);
/** A head that watches without one needs less: `BENCH_RECORDING=off`. */
const recorded = process.env['BENCH_RECORDING'] !== 'off';
const run = promisify(execFile);

const sections: Readonly<Record<string, (folder: string) => Promise<void>>> = { head, node, rate, inside };

/** What `node` calls, in a namespace that it made. */
const part = 'inside';
const wanted = process.argv.slice(2);
if (!wanted.includes(part)) console.log(`## netmon: ${machine()}\n`);
for (const [name, section] of Object.entries(sections)) {
  if (wanted.length > 0 ? !wanted.includes(name) : name === part) continue;
  const folder = mkdtempSync(join(tmpdir(), 'heorot-bench-'));
  try {
    await section(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function head(folder: string): Promise<void> {
  await using cluster = await startBenchCluster(folder, nodes);
  const script = await bundle(folder);
  const flags = (process.env['BENCH_NODE_FLAGS'] ?? '').split(' ').filter((flag) => flag !== '');
  const words = [
    process.execPath,
    ...flags,
    script,
    cluster.sshConfig,
    cluster.addresses.join(','),
    String(seconds),
    '1000',
    ...(recorded ? [join(folder, 'bench.netmon')] : []),
  ];
  const [program = '', ...rest] = cluster.inside(words);
  const { stdout } = await run(program, rest, { env: { ...process.env, HOME: join(folder, 'home') } });
  const figures: unknown = JSON.parse(stdout);
  console.log(
    `### ${nodes} nodes at 1 Hz, for ${seconds} s, ${recorded ? 'with' : 'without'} a recording\n\n\`\`\`json\n${JSON.stringify(figures, null, 1)}\n\`\`\`\n`,
  );
}

/** What a node of a cluster has: a loopback and two cards. All that is measured runs in there. */
async function node(): Promise<void> {
  const namespace = `heorot-bench-${process.pid}`;
  const ip = (...argv: string[]) => execFileSync('ip', argv, { stdio: 'inherit' });
  ip('netns', 'add', namespace);
  try {
    ip('-n', namespace, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth1');
    for (const name of ['lo', 'eth0', 'eth1']) ip('-n', namespace, 'link', 'set', name, 'up');
    ip('netns', 'exec', namespace, process.execPath, '--conditions=heorot-src', import.meta.filename, part);
  } finally {
    ip('netns', 'del', namespace);
  }
}

async function inside(folder: string): Promise<void> {
  const sshd = await startSshd(folder);
  try {
    const collect = ['netdev', 'netclass', 'bonding', 'loadavg', 'meminfo', 'cpu', 'netstat', 'stat', 'time'];
    console.log(
      nodeTable([
        await ourCost('perl', sshd.config, sshd.pid),
        await ourCost('mawk', sshd.config, sshd.pid),
        await ourCost('gawk', sshd.config, sshd.pid),
        await ourCost('busybox', sshd.config, sshd.pid),
        await exporterCost('node_exporter, default', ''),
        await exporterCost(
          'node_exporter, the collectors we ask for',
          `?${collect.map((name) => `collect[]=${name}`).join('&')}`,
        ),
        await collectlCost(folder),
      ]),
    );
  } finally {
    process.kill(sshd.pid);
  }
}

async function rate(): Promise<void> {
  console.log(rateTable([await rateError(7), await rateError(100), await rateError(900)]));
}

/** As the bins are made: sources that Node strips of their types would cost 60 MB more. */
async function bundle(folder: string): Promise<string> {
  const outfile = join(folder, 'head.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'head.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    conditions: ['heorot-src'],
    external: ['cpu-features', '*.node'],
    banner: {
      js: "import { createRequire as benchRequire } from 'node:module'; const require = benchRequire(import.meta.url); const __dirname = import.meta.dirname, __filename = import.meta.filename;",
    },
    logLevel: 'warning',
  });
  return outfile;
}

/** One sshd on loopback, of this namespace: its processes are ours to measure. */
async function startSshd(folder: string): Promise<{ readonly pid: number; readonly config: string }> {
  const path = (name: string) => join(folder, name);
  const port = 20_022;
  mkdirSync(path('home'), { recursive: true });
  mkdirSync('/run/sshd', { recursive: true });
  for (const key of ['host_key', 'id'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path(key)]);
  copyFileSync(path('id.pub'), path('authorized_keys'));
  chmodSync(path('authorized_keys'), 0o600);
  const [type, key] = readFileSync(path('host_key.pub'), 'utf8').split(' ');
  writeFileSync(path('known_hosts'), `[127.0.0.1]:${port} ${type} ${key}\n`);
  writeFileSync(
    path('sshd_config'),
    `Port ${port}\nListenAddress 127.0.0.1\nHostKey ${path('host_key')}\nAuthorizedKeysFile ${path('authorized_keys')}\nPermitRootLogin yes\nStrictModes no\nUsePAM no\nPidFile none\nSetEnv HOME=${path('home')}\n`,
  );
  writeFileSync(
    path('ssh_config'),
    `Host *\n  Port ${port}\n  IdentityFile ${path('id')}\n  IdentitiesOnly yes\n  UserKnownHostsFile ${path('known_hosts')}\n`,
  );
  const child = spawn('/usr/sbin/sshd', ['-D', '-f', path('sshd_config')], { stdio: 'ignore' });
  await new Promise((resolve) => setTimeout(resolve, 500));
  return { pid: child.pid ?? 0, config: path('ssh_config') };
}
