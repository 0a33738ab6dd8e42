// What a whole burn-in costs the head, from `run` to the report: `node --conditions=heorot-src bench/memtest/whole-run.ts [NODES] [MEMORY]`; bins built.
// Each simulated node is asked, gets the engines, has a supervisor of its own, tests a little memory and is followed, as a real one:
// this machine is all of them, so the wall time says nothing. Limits: one session a node, one core and 500 MB; report 10 s and 5 MB.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { machine } from '../measure.ts';
import { established, type Hall, openHall } from './hall.ts';

const bin = join(import.meta.dirname, '..', '..', 'packages/heorot/dist/bin/memtest-runner.js');
const nodes = Number(process.argv[2] ?? 1000);
const memory = process.argv[3] ?? '2M';
/** USER_HZ of proc_pid_stat(5). */
const TICKS = 100;
const WINDOW_SECONDS = 5;
const LOOK_EVERY_MS = 200;

const folder = mkdtempSync(join(tmpdir(), 'heorot-bench-run-'));
try {
  await using hall = await openHall(join(folder, 'lab'), nodes);
  const env = {
    ...process.env,
    HOME: folder,
    HEOROT_CLUSTER: hall.clusterFile,
    XDG_STATE_HOME: join(folder, 'state'),
  };
  const argv = [
    '--passes',
    '1',
    '--engines',
    'march',
    '--memory',
    memory,
    '--reserve',
    '64M',
    '--wait',
    '--json',
  ];
  const run = await observed(['run', '-a', ...argv, '--quiet'], env, hall);
  const verdicts = Map.groupBy(JSON.parse(run.stdout).nodes, ({ verdict }) => String(verdict));
  const page = join(folder, 'report.html');
  const report = await observed(['report', '-o', page], env, hall);
  console.log(`${machine()}, load ${loadavg()[0]?.toFixed(1)}; ${nodes} nodes, ${memory} of memory each\n`);
  console.log(
    '| verb | wall s | head CPU s | % of a core | most in 5 s | peak MB | most sessions |\n|---|---|---|---|---|---|---|',
  );
  for (const [verb, { wall, cpu, most, megabytes, sessions }] of Object.entries({ run, report })) {
    const share = (100 * cpu) / wall;
    console.log(
      `| ${verb} | ${wall.toFixed(1)} | ${cpu.toFixed(1)} | ${share.toFixed(0)} | ${most.toFixed(0)} | ${megabytes} | ${sessions} |`,
    );
  }
  const counts = [...verdicts].map(([verdict, all]) => `${all.length} ${verdict}`).join(', ');
  console.log(`\n${counts}; report ${(statSync(page).size / 1e6).toFixed(2)} MB`);
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}

interface Observed {
  readonly stdout: string;
  readonly wall: number;
  readonly cpu: number;
  /** % of a core in the busiest window. */
  readonly most: number;
  readonly megabytes: number;
  readonly sessions: number;
}

/** Looks again and again at the process itself, without the compilers that it starts. */
async function observed(argv: readonly string[], env: NodeJS.ProcessEnv, hall: Hall): Promise<Observed> {
  const begun = performance.now();
  const head = spawn(process.execPath, [bin, ...argv], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const said = text(head.stdout);
  const ended = once(head, 'exit');
  const seconds: number[] = [0];
  let [megabytes, sessions] = [0, 0];
  while (head.exitCode === null && head.signalCode === null) {
    const now = lookAt(head.pid ?? 0);
    if (now !== undefined) {
      seconds.push(now.cpu);
      megabytes = Math.max(megabytes, now.megabytes);
    }
    sessions = Math.max(sessions, established(hall.nodes[0]?.port ?? 0));
    await Promise.race([sleep(LOOK_EVERY_MS), ended]);
  }
  const wall = (performance.now() - begun) / 1000;
  const windows = seconds.map(
    (cpu, at) => cpu - (seconds[at - (WINDOW_SECONDS * 1000) / LOOK_EVERY_MS] ?? cpu),
  );
  return {
    stdout: await said,
    wall,
    cpu: seconds.at(-1) ?? 0,
    most: (100 * Math.max(...windows)) / WINDOW_SECONDS,
    megabytes,
    sessions,
  };
}

/** CPU seconds so far and the most memory it ever had; undefined for a process that is gone. */
function lookAt(pid: number): { readonly cpu: number; readonly megabytes: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A process that has ended and was not waited for yet has no memory.
    const peak = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0;
    return {
      cpu: (Number(fields[11]) + Number(fields[12])) / TICKS,
      megabytes: Math.round(Number(peak) / 1000),
    };
  } catch {
    return undefined;
  }
}
