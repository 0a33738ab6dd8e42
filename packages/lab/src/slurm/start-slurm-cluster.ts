// A Slurm cluster on a namespaces lab with Debian's programs: munged and slurmctld on this machine, a slurmd on each node, confined
// by cgroups as a site would have it. Everything lies below one folder; none of it is known to the machine.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NamespacesLab } from '../namespaces/start-namespaces-lab.ts';
import { removeCgroups, slurmdScript } from './slurmd-script.ts';

export interface SlurmCluster extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  /** Runs one of Slurm's programs on it and gives what it says. */
  run(program: string, ...args: readonly string[]): string;
  /** Resolves when `sinfo --format=%T|%N` has the line. */
  untilState(line: string): Promise<void>;
  /** Starts slurmd on a node that has none. */
  startSlurmd(node: string): void;
  /** Kills the slurmd of a node and the steps of its jobs, as a crash of Slurm on it would. */
  killSlurmd(node: string): void;
}

export interface SlurmClusterOptions {
  readonly lab: NamespacesLab;
  /** What Slurm may give away of a node; jobs are held to it. 1024 unless told. */
  readonly megabytes?: number;
}

const PROGRAMS = ['munged', 'slurmctld', 'slurmd', 'sinfo', 'squeue'];
const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
/** Starting takes two seconds on a quiet machine. */
const patienceMs = 60_000;

/** Whether jobs are confined: Slurm 22.05 without systemd needs cgroup v1, which newer machines do not mount. */
export const slurmConfines = existsSync('/sys/fs/cgroup/memory/memory.limit_in_bytes');

/** Nodes n1 to n4 of the lab in the partitions debug (n[1-2]) and batch (n[2-4]); the last has no slurmd. */
export async function startSlurmCluster(options: SlurmClusterOptions): Promise<SlurmCluster> {
  const missing = PROGRAMS.filter(
    (program) => spawnSync('sh', ['-c', `command -v ${program}`], { env: { PATH } }).status !== 0,
  );
  if (missing.length > 0) {
    throw new Error(`there is no ${missing.join(', ')}: apt-get install slurmctld slurmd slurm-client munge`);
  }
  const { lab } = options;
  const folder = await mkdtemp(join(tmpdir(), 'heorot-slurm-'));
  const env = { PATH, SLURM_CONF: join(folder, 'slurm.conf') };
  const children: ChildProcess[] = [];
  const start = (program: string, ...args: readonly string[]) =>
    children.push(spawn(program, args, { env, cwd: folder, stdio: 'ignore' }));
  const onNode = (node: string, script: string) =>
    execFileSync('ssh', ['-F', lab.sshConfig, node, 'sh', '-s'], {
      input: script,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  const startSlurmd = (node: string) =>
    void onNode(
      node,
      slurmdScript({ folder, group: `${basename(folder)}-${node}`, confined: slurmConfines }),
    );

  // The plain user's programs read the configuration and munge's socket.
  await chmod(folder, 0o755);
  const accounts = join(lab.folder, 'nodes', 'n1', 'etc', 'passwd');
  await writeConfiguration(folder, options);
  start('munged', ...mungeArguments(folder));
  start('unshare', '--mount', '--uts', 'sh', '-c', controllerScript, folder, accounts);
  await untilController(env);
  for (const { name } of lab.nodes.slice(0, -1)) startSlurmd(name);

  const cluster: SlurmCluster = {
    env,
    folder,
    startSlurmd,
    killSlurmd: (node) => void onNode(node, 'pkill -KILL slurmstepd; pkill -KILL -x slurmd; exit 0'),
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
      // Else the steps of jobs outlive their slurmd, and their cgroups with them.
      spawnSync('scancel', ['--signal=KILL', '--full', '--user=root,4242'], { env });
      const until = Date.now() + 10_000;
      while (Date.now() < until) {
        const { stdout } = spawnSync('squeue', ['--noheader'], { env, encoding: 'utf8' });
        if (stdout.trim() === '') break;
        await sleep(200);
      }
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(lab.nodes.map(({ name }) => lab.fault(name, { kind: 'kill' })));
      await removeCgroups(basename(folder));
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
  return cluster;
}

/** A slurmd that finds no slurmctld tries again after 1, 2, 4... 32 seconds: on a busy machine none would be there in time. */
async function untilController(env: NodeJS.ProcessEnv): Promise<void> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const { stdout } = spawnSync('scontrol', ['ping'], { env, encoding: 'utf8' });
    if (stdout.includes(' is UP')) return;
    if (Date.now() > until) throw new Error(`slurmctld does not answer: ${stdout}`);
    await sleep(100);
  }
}

/** Under NoCtldInAddrAny slurmctld listens where its host's name says, and it must know the nodes' plain user: it gets names of its own. */
const controllerScript = `echo head > /proc/sys/kernel/hostname
mount --bind "$0/hosts" /etc/hosts
mount --bind "$1" /etc/passwd && exec slurmctld -D -f "$0/slurm.conf"`;

function mungeArguments(folder: string): string[] {
  const files = { 'key-file': 'munge.key', socket: 'run/munge', 'pid-file': 'run/munged.pid' };
  const more = { 'log-file': 'munged.log', 'seed-file': 'munged.seed' };
  const named = Object.entries({ ...files, ...more }).map(
    ([flag, file]) => `--${flag}=${join(folder, file)}`,
  );
  return ['--foreground', '--force', ...named];
}

async function writeConfiguration(
  folder: string,
  { lab, megabytes = 1024 }: SlurmClusterOptions,
): Promise<void> {
  await mkdir(join(folder, 'run'), { mode: 0o755 });
  await mkdir(join(folder, 'state'));
  for (const { name } of lab.nodes)
    await mkdir(join(folder, 'spool', name), { recursive: true, mode: 0o755 });
  await writeFile(join(folder, 'munge.key'), randomBytes(1024), { mode: 0o600 });
  const head = lab.nodes[0]?.address.replace(/\d+$/, '254') ?? '';
  await writeFile(join(folder, 'hosts'), `127.0.0.1 localhost\n${head} head\n`);
  const plugins = slurmConfines
    ? ['ProctrackType=proctrack/cgroup', 'TaskPlugin=task/cgroup,task/affinity']
    : ['ProctrackType=proctrack/linuxproc', 'TaskPlugin=task/none'];
  const lines = [
    'ClusterName=rehearsal',
    `SlurmctldHost=head(${head})`,
    'SlurmUser=root',
    'SlurmdUser=root',
    'AuthType=auth/munge',
    'CryptoType=crypto/munge',
    `AuthInfo=socket=${folder}/run/munge`,
    // Only on the lab's own network: another cluster beside this one has the same ports.
    'CommunicationParameters=NoInAddrAny,NoCtldInAddrAny',
    `StateSaveLocation=${folder}/state`,
    `SlurmdSpoolDir=${folder}/spool/%n`,
    `SlurmctldPidFile=${folder}/run/slurmctld.pid`,
    `SlurmdPidFile=${folder}/run/slurmd.%n.pid`,
    `SlurmctldLogFile=${folder}/slurmctld.log`,
    `SlurmdLogFile=${folder}/slurmd.%n.log`,
    ...plugins,
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_Core_Memory',
    'MpiDefault=none',
    'SwitchType=switch/none',
    'JobAcctGatherType=jobacct_gather/none',
    'ReturnToService=2',
    // Else a job may wait three seconds until it is looked at.
    'SchedulerParameters=batch_sched_delay=0',
    'KillWait=5',
    ...lab.nodes.map(
      ({ name, address }) =>
        `NodeName=${name} NodeHostname=${name} NodeAddr=${address} CPUs=2 RealMemory=${megabytes}`,
    ),
    'PartitionName=debug Nodes=n[1-2] Default=YES State=UP',
    'PartitionName=batch Nodes=n[2-4] State=UP',
  ];
  await writeFile(join(folder, 'slurm.conf'), `${lines.join('\n')}\n`);
  const cgroup = ['CgroupPlugin=cgroup/v1', 'ConstrainRAMSpace=yes', 'ConstrainCores=yes'];
  await writeFile(join(folder, 'cgroup.conf'), `${cgroup.join('\n')}\n`);
}
