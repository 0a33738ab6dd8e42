// A Slurm cluster on loopback with Debian's programs: munged, slurmctld and a slurmd for each node, all below one folder,
// none of them known to the machine. Needs root, as slurmd does.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SlurmCluster extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  /** Runs one of Slurm's programs on it and gives what it says. */
  run(program: string, ...args: readonly string[]): string;
  /** Resolves when `sinfo --format=%T|%N` has the line. */
  untilState(line: string): Promise<void>;
}

const PROGRAMS = ['munged', 'slurmctld', 'slurmd', 'sinfo', 'squeue'];
const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
/** Starting takes two seconds on a quiet machine. */
const patienceMs = 60_000;

/** Nodes n1 to n4 in the partitions debug (n[1-2]) and batch (n[2-4]); n4 has no slurmd. */
export async function startSlurmCluster(): Promise<SlurmCluster> {
  const missing = PROGRAMS.filter(
    (program) => spawnSync('sh', ['-c', `command -v ${program}`], { env: { PATH } }).status !== 0,
  );
  if (missing.length > 0) {
    throw new Error(`there is no ${missing.join(', ')}: apt-get install slurmctld slurmd slurm-client munge`);
  }
  const folder = await mkdtemp(join(tmpdir(), 'heorot-slurm-'));
  const env = { PATH, SLURM_CONF: join(folder, 'slurm.conf') };
  const children: ChildProcess[] = [];
  const start = (program: string, ...args: readonly string[]) =>
    children.push(spawn(program, args, { env, cwd: folder, stdio: 'ignore' }));

  await writeConfiguration(folder);
  start('munged', ...mungeArguments(folder));
  start('slurmctld', '-D', '-f', env.SLURM_CONF);
  for (const node of ['n1', 'n2', 'n3']) start('slurmd', '-D', '-N', node, '-f', env.SLURM_CONF);

  const cluster: SlurmCluster = {
    env,
    folder,
    run: (program, ...args) => execFileSync(program, args, { env, encoding: 'utf8', stdio: 'pipe' }).trim(),
    async untilState(line) {
      const until = Date.now() + patienceMs;
      for (;;) {
        const { stdout, stderr } = spawnSync('sinfo', ['--noheader', '--format=%T|%N'], {
          env,
          encoding: 'utf8',
        });
        if (stdout.split('\n').includes(line)) return;
        if (Date.now() > until) throw new Error(`Slurm says '${stdout}', not '${line}': ${stderr}`);
        await sleep(100);
      }
    },
    async [Symbol.asyncDispose]() {
      // Else the steps of jobs outlive their slurmd.
      spawnSync('scancel', ['--signal=KILL', '--full', '--user=root'], { env });
      const until = Date.now() + 10_000;
      while (Date.now() < until) {
        const { stdout } = spawnSync('squeue', ['--noheader'], { env, encoding: 'utf8' });
        if (stdout.trim() === '') break;
        await sleep(200);
      }
      for (const child of children) child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
  return cluster;
}

function mungeArguments(folder: string): string[] {
  const files = { 'key-file': 'munge.key', socket: 'run/munge', 'pid-file': 'run/munged.pid' };
  const more = { 'log-file': 'munged.log', 'seed-file': 'munged.seed' };
  const named = Object.entries({ ...files, ...more }).map(
    ([flag, file]) => `--${flag}=${join(folder, file)}`,
  );
  return ['--foreground', '--force', ...named];
}

async function writeConfiguration(folder: string): Promise<void> {
  for (const name of ['run', 'state', 'spool/n1', 'spool/n2', 'spool/n3']) {
    await mkdir(join(folder, name), { recursive: true, mode: 0o755 });
  }
  await writeFile(join(folder, 'munge.key'), randomBytes(1024), { mode: 0o600 });
  const [controller = 0, ...ports] = await freePorts(5);
  const host = hostname().replace(/\..*/, '');
  const nodes = ports.map(
    (port, index) => `NodeName=n${index + 1} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${port} CPUs=1`,
  );
  const lines = [
    'ClusterName=rehearsal',
    `SlurmctldHost=${host}(127.0.0.1)`,
    `SlurmctldPort=${controller}`,
    'SlurmUser=root',
    'SlurmdUser=root',
    'AuthType=auth/munge',
    'CryptoType=crypto/munge',
    `AuthInfo=socket=${folder}/run/munge`,
    `StateSaveLocation=${folder}/state`,
    `SlurmdSpoolDir=${folder}/spool/%n`,
    `SlurmctldPidFile=${folder}/run/slurmctld.pid`,
    `SlurmdPidFile=${folder}/run/slurmd.%n.pid`,
    `SlurmctldLogFile=${folder}/slurmctld.log`,
    `SlurmdLogFile=${folder}/slurmd.%n.log`,
    'ProctrackType=proctrack/pgid',
    'TaskPlugin=task/none',
    'MpiDefault=none',
    'SwitchType=switch/none',
    'JobAcctGatherType=jobacct_gather/none',
    'ReturnToService=2',
    ...nodes,
    'PartitionName=debug Nodes=n[1-2] Default=YES State=UP',
    'PartitionName=batch Nodes=n[2-4] State=UP',
  ];
  await writeFile(join(folder, 'slurm.conf'), `${lines.join('\n')}\n`);
}

/** Taken together, so that they differ. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
      });
      return server;
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
