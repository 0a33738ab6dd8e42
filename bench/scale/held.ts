// Held connections against cold ones and against ControlMaster: `node bench/scale/held.ts`, as root, bins built.
// Needs the Debian packages pdsh, openssh-server, iproute2 and time. Prints Markdown for bench/RESULTS.md.
// BENCH_NODES, BENCH_ROUNDS as in bench/dsh/run.ts; BENCH_MASTERS=0 leaves the ControlMaster sockets out (1.2 GB).
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BenchCluster, startBenchCluster } from '../dsh/cluster.ts';
import { type Contestant, type Cost, machine, measure, medianCost, table } from '../measure.ts';

const nodes = Number(process.env['BENCH_NODES'] ?? 1000);
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3);
const withMasters = process.env['BENCH_MASTERS'] !== '0';
const bin = join(import.meta.dirname, '..', '..', 'packages', 'heorot', 'dist', 'bin', 'dsh.js');
const ticksPerSecond = 100;

const folder = mkdtempSync(join(tmpdir(), 'heorot-bench-'));
const env = { XDG_RUNTIME_DIR: join(folder, 'run'), XDG_STATE_HOME: join(folder, 'state') };
mkdirSync(env.XDG_RUNTIME_DIR, { mode: 0o700 });
console.log(`## held connections: ${machine()}\n`);
try {
  await using cluster = await startBenchCluster(folder, nodes, 'curve25519-sha256');
  await held(cluster);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function held(cluster: BenchCluster): Promise<void> {
  const list = cluster.addresses.join(',');
  const dsh = (...flags: string[]) =>
    cluster.inside([process.execPath, bin, '--ssh-config', cluster.sshConfig, '-w', list, ...flags, 'true']);
  const opening = await measure({ name: 'dsh --hold', argv: dsh('--hold', '20m'), env });
  const holder = holderProcess();
  const holderAtStart = cpuOf(holder);
  const cold: Contestant = { name: 'dsh, cold', argv: dsh('--no-hold'), env };
  const contestants: Contestant[] = [{ name: 'dsh, held', argv: dsh(), env }, cold];
  const masters = withMasters ? openMasters(cluster) : undefined;
  if (masters !== undefined) contestants.push(masters.contestant);
  const costs = new Map<string, Cost[]>();
  for (let round = 0; round < rounds; round++) {
    for (const contestant of contestants) {
      const before = cpuOf(holder);
      const cost = await measure(contestant);
      const shared = contestant.name === 'dsh, held' ? cpuOf(holder) - before : 0;
      costs.set(contestant.name, [
        ...(costs.get(contestant.name) ?? []),
        { ...cost, cpu: cost.cpu + shared },
      ]);
    }
  }
  const medians = new Map([...costs].map(([name, all]) => [name, medianCost(all)]));
  console.log(
    table(`true on ${nodes} nodes, fanout 64; CPU of the held run with the holder's part`, medians),
  );
  console.log(
    `opening them: ${opening.wall.toFixed(1)} s wall, ${opening.cpu.toFixed(1)} CPU s of dsh and ${holderAtStart.toFixed(1)} of the holder`,
  );
  console.log(
    `the holder: ${memoryOf(holder, 'VmRSS')} MB, of them ${memoryOf(holder, 'RssAnon')} MB its own (the rest is the program, which dsh shares)`,
  );
  if (masters !== undefined) console.log(`the masters: ${masters.memory()} MB (PSS)`);
  masters?.close();
  execFileSync(process.execPath, [bin, 'holder', 'close', '-q'], { env: { ...process.env, ...env } });
}

/** One ssh for each node, as an administrator sets it up; pdsh goes through their sockets. */
function openMasters(cluster: BenchCluster) {
  const sockets = join(folder, 'm');
  mkdirSync(sockets);
  const config = join(folder, 'masters_config');
  writeFileSync(config, `${readFileSync(cluster.sshConfig, 'utf8')}  ControlPath ${sockets}/%h\n`);
  const open = `printf '%s\\n' ${cluster.addresses.join(' ')} | xargs -P 32 -I {} ssh -F ${config} -MNf {}`;
  const [program = '', ...rest] = cluster.inside(['sh', '-c', open]);
  const opened = spawnSync(program, rest, { stdio: 'ignore' });
  if (opened.status !== 0) throw new Error('the ControlMaster connections could not be opened');
  const pids = () => processesWith(config);
  return {
    contestant: {
      name: 'pdsh, ControlMaster',
      argv: cluster.inside(['pdsh', '-R', 'ssh', '-f', '64', '-w', cluster.addresses.join(','), 'true']),
      env: { PDSH_SSH_ARGS_APPEND: `-F ${config}` },
    },
    memory: () => Math.round(pids().reduce((sum, pid) => sum + pssOf(pid), 0) / 1000),
    close: () => {
      for (const pid of pids()) process.kill(pid);
    },
  };
}

function holderProcess(): number {
  const answer = execFileSync(process.execPath, [bin, 'holder', 'status', '--json'], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  const { holder } = JSON.parse(answer);
  if (holder?.connections.length !== nodes)
    throw new Error(`held: ${holder?.connections.length} of ${nodes}`);
  return holder.pid;
}

/** proc(5): utime and stime. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** MB of resident memory: all of it, or the part that is mapped from no file (proc(5)). */
function memoryOf(pid: number, part: 'VmRSS' | 'RssAnon'): number {
  const kilobytes = new RegExp(`^${part}:\\s+(\\d+)`, 'm').exec(
    readFileSync(`/proc/${pid}/status`, 'utf8'),
  )?.[1];
  return Math.round(Number(kilobytes ?? 0) / 1000);
}

function pssOf(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function processesWith(word: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(word);
      } catch {
        return false;
      }
    })
    .map(Number);
}
