// What the head of a burn-in costs while it follows many nodes: `node --conditions=heorot-src bench/memtest/head.ts [NODES] [SECONDS]`; bins built.
// The nodes are embedded servers in another process (nice), whose spools this one writes: real sessions and the real script that
// follows, no memory test. One session a node; limits of the head: one core, 500 MB.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SpoolStore, storePath } from '../../packages/memtest-runner/src/follow/spool-store.ts';
import { machine } from '../measure.ts';
import { established, type Hall, openHall } from './hall.ts';

const bin = join(import.meta.dirname, '..', '..', 'packages/heorot/dist/bin/memtest-runner.js');
const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
const stat = readFileSync('/proc/self/stat', 'latin1')
  .replace(/^.*\) /, '')
  .split(' ');

const [nodes, seconds] = process.argv.slice(2);
await follow(Number(nodes ?? 1000), Number(seconds ?? 60));

async function follow(nodes: number, seconds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'heorot-bench-head-'));
  await using lab = await openHall(join(folder, 'lab'), nodes);
  try {
    const env = {
      ...process.env,
      HOME: folder,
      HEOROT_CLUSTER: lab.clusterFile,
      XDG_STATE_HOME: join(folder, 'state'),
    };
    const folders = lab.nodes.map(({ home, name }) => join(home, 'spool/runs/r1', name));
    for (const each of folders) begin(each);
    await keep(storePath(env), lab, folders);
    const report = join(folder, 'time');
    const head = spawn(
      '/usr/bin/time',
      ['-o', report, '-f', '%e %U %S %M', process.execPath, bin, 'attach', 'r1', '-f', '64', '--quiet'],
      {
        env,
        stdio: 'ignore',
      },
    );
    const ended = once(head, 'exit');
    let sessions = 0;
    for (let second = 0; second < seconds; second++) {
      await sleep(1000);
      sessions = Math.max(sessions, established(lab.nodes[0]?.port ?? 0));
      // A record a node every ten seconds, as march says how far it is.
      for (const each of folders.filter((_, at) => at % 10 === second % 10)) progress(each, second);
    }
    for (const each of folders) end(each);
    const [code] = await ended;
    const [wall = 0, user = 0, system = 0, kilobytes = 0] = (
      readFileSync(report, 'utf8').trim().split('\n').at(-1) ?? ''
    )
      .split(' ')
      .map(Number);
    console.log(`${machine()}, load ${loadavg()[0]?.toFixed(1)}\n`);
    console.log(
      '| nodes | most sessions | wall s | head CPU s | % of a core | peak MB | exit code |\n|---|---|---|---|---|---|---|',
    );
    console.log(
      `| ${nodes} | ${sessions} | ${wall.toFixed(0)} | ${(user + system).toFixed(1)} | ${((100 * (user + system)) / wall).toFixed(0)} | ${(kilobytes / 1000).toFixed(0)} | ${code} |`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

function record(folder: string, event: string, members: object): void {
  const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
  const base = { event, at: new Date().toISOString(), uptime, bootId: boot, phase: 'march' };
  appendFileSync(join(folder, 'events.ndjson'), `${JSON.stringify({ ...base, ...members })}\n`);
}

/** A supervisor that lives: this process. */
function begin(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const identity = `run=r1 pid=${process.pid} ticks=${stat[19]} boot=${boot} phase=march index=1\n`;
  writeFileSync(join(folder, 'state'), identity);
  record(folder, 'start', { run: 'r1', node: 'n', host: 'n', kernel: '6.1', pid: process.pid });
  record(folder, 'phase-start', { engine: 'march', limit: 0, index: 1 });
}

function progress(folder: string, elapsed: number): void {
  const said = {
    type: 'progress',
    at: '',
    elapsed,
    pass: 1,
    position: 'march 2/7 up(r0,w1)',
    bytesMoved: elapsed * 1e10,
    findings: 0,
  };
  appendFileSync(join(folder, '1.march.out'), `${JSON.stringify(said)}\n`);
}

function end(folder: string): void {
  record(folder, 'phase-end', { engine: 'march', index: 1, ending: 'stopped', problem: '' });
  record(folder, 'end', { outcome: 'stopped', by: 'asked' });
  writeFileSync(join(folder, 'rc'), 'stopped\n');
}

async function keep(path: string, lab: Hall, folders: readonly string[]): Promise<void> {
  using store = await SpoolStore.open(path);
  const plan = [
    { phase: 'march', engine: 'march', memory: '95%', seconds: 7200, passes: null, flags: [] },
  ] as const;
  const startedAt = new Date().toISOString();
  const header = {
    id: 'r1',
    name: null,
    level: 'standard',
    cluster: null,
    startedAt,
    endedAt: null,
    nodeSet: 'n[1-]',
    plan,
    programs: [],
  } as const;
  const reach = { clusterFile: lab.clusterFile, user: null, sshConfig: null, transport: null };
  store.createRun(
    { header, reach },
    lab.nodes.map(({ name }, at) => ({ node: name, folder: folders[at] ?? '', state: { kind: 'running' } })),
  );
}
