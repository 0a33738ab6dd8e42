// The built netmon records the nodes of an embedded lab, is interrupted and killed, and what it kept is replayed, looked at,
// exported. Needs root for a small disk; promtool (Debian package prometheus) says whether the export is OpenMetrics.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedLab, schemaFaults, startEmbeddedLab } from '@heorot/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { netmonBin, openPlace, type Place } from './netmon-on-a-terminal.ts';

const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../docs/reference/netmon.schema.json'), 'utf8'),
);
let folder: string;
let lab: EmbeddedLab;
let place: Place;
/** Six seconds of three nodes at 5 Hz. */
let day: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heorot-netmon-recordings-'));
  lab = await startEmbeddedLab({ folder: join(folder, 'lab'), nodes: 3 });
  place = await openPlace(lab.clusterFile);
  day = join(folder, 'day.netmon');
  const { code, stderr } = await run('record', '-a', '-o', day, '-i', '0.2s', '--for', '6s', '--iface', 'lo');
  if (code !== 0) throw new Error(stderr);
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
  await lab[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

function start(...parameters: readonly string[]): ChildProcess {
  const env = { PATH: process.env['PATH'], HOME: folder, HEOROT_CLUSTER: lab.clusterFile };
  return spawn(process.execPath, [netmonBin, ...parameters], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function run(...parameters: readonly string[]) {
  return await outcomeOf(start(...parameters));
}

async function outcomeOf(child: ChildProcess) {
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  if (child.stdout === null || child.stderr === null) throw new Error('no pipes');
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

const nodesOf = (ndjson: string) =>
  [
    ...new Set(
      ndjson
        .trimEnd()
        .split('\n')
        .map((line) => String(JSON.parse(line).node)),
    ),
  ].toSorted();

describe('netmon record', () => {
  it('ends with Ctrl-C, says what was recorded and what to type next', async () => {
    const path = join(folder, 'interrupted.netmon');
    const recording = start('record', '-a', '-o', path, '-i', '0.2s');
    await until(() => existsSync(`${path}-wal`));
    await sleep(2000);
    recording.kill('SIGINT');
    const { code, stderr } = await outcomeOf(recording);
    expect(stderr).toMatch(
      /^recorded 3 nodes from [\d:]+ to [\d:]+ \(\d+ readings\) in .*interrupted\.netmon \(.*\)$/m,
    );
    expect(stderr).toContain(`look at it: netmon replay ${path}`);
    expect(code).toBe(0);
    expect(existsSync(`${path}-wal`)).toBe(false);
    const replayed = await run('replay', path, '--ndjson');
    expect(nodesOf(replayed.stdout)).toEqual(['n1', 'n2', 'n3']);
  });

  it('is refused where another one writes to the file', async () => {
    const path = join(folder, 'twice.netmon');
    const first = start('record', '-a', '-o', path, '-i', '0.2s');
    await until(() => existsSync(`${path}-wal`));
    const second = await run('record', '-a', '-o', path, '--count', '1');
    expect(second.stderr).toContain(`another process is recording to ${path}`);
    expect(second.code).toBe(3);
    first.kill('SIGTERM');
    await outcomeOf(first);
  });

  it('killed with -9 leaves a file that opens, has its events, and is gone on with', async () => {
    const path = join(folder, 'killed.netmon');
    const recording = start('record', '-w', 'n1,127.0.0.1', '-o', path, '-i', '0.2s', '--ssh-config', 'none');
    await until(() => existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0);
    await sleep(3000);
    recording.kill('SIGKILL');
    await outcomeOf(recording);
    const events = await run('events', path);
    expect(events.stdout).toMatch(/127\.0\.0\.1 down: /);
    const again = await run('record', '-w', 'n1', '-o', path, '-i', '0.2s', '--count', '3');
    expect(again.code).toBe(0);
    expect(nodesOf((await run('replay', path, '--ndjson', '-w', 'n1')).stdout)).toEqual(['n1']);
  });

  it('says it when the disk is full, and what was written before is good', async () => {
    const disk = join(folder, 'small-disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', disk]);
    try {
      const path = join(disk, 'full.netmon');
      await run('record', '-w', 'n1', '-o', path, '-i', '0.1s', '--count', '10');
      const before = await run('replay', path, '--csv');
      const recording = start('record', '-w', 'n1', '-o', path, '-i', '0.1s', '--count', '20');
      await until(() => existsSync(`${path}-wal`));
      spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'filler')}`, 'bs=1k'], { stdio: 'ignore' });
      const { code, stderr } = await outcomeOf(recording);
      expect(stderr).toContain(`cannot write to recording ${path}: no room left on the disk`);
      expect(code).toBe(3);
      expect((await run('replay', path, '--csv')).stdout).toBe(before.stdout);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it('goes along with netmon watch', async () => {
    const path = join(folder, 'watched.netmon');
    const watched = await run('watch', '-w', 'n2', '-i', '0.2s', '--count', '4', '--csv', '--record', path);
    const replayed = await run('replay', path, '--csv');
    expect(replayed.stdout.split('\n').length).toBeGreaterThanOrEqual(watched.stdout.split('\n').length - 2);
    expect(replayed.code).toBe(0);
  });
});

describe('a recording', () => {
  it('is replayed on the full screen; Space stops the time', async () => {
    await using terminal = await place.netmon(['replay', day, '--at=-5s', '--speed', '0.5', '--iface', 'lo']);
    await terminal.waitFor(/^day\.netmon \d{4}-\d\d-\d\d x0\.5 {2}3 nodes {2}3 sampling/);
    await terminal.type(' ');
    const stopped = await terminal.waitFor(/PAUSED/);
    const clock = /\d\d:\d\d:\d\d$/m.exec(stopped)?.[0] ?? 'no clock';
    await sleep(2500);
    expect(await terminal.waitFor(/PAUSED/)).toContain(clock);
    await terminal.type(' ');
    await terminal.waitFor(new RegExp(`^(?![^]*${clock})`));
    await terminal.type('q');
    expect(await terminal.ended()).toBe(0);
  });

  it('goes back and on by keys, faster and slower, and to a time that is typed', async () => {
    await using terminal = await place.netmon(['replay', day, '--iface', 'lo']);
    await terminal.waitFor(/^day\.netmon \d{4}-\d\d-\d\d {2}3 nodes {2}3 sampling/);
    await terminal.type(' ');
    await terminal.waitFor(/PAUSED/);
    await terminal.type('+');
    await terminal.waitFor(/^day\.netmon \d{4}-\d\d-\d\d x2 {2}3 nodes/);
    await terminal.type(']');
    const end = clockOf(await terminal.waitFor(/THE END/));
    await terminal.type('[');
    await terminal.waitFor(/^(?![^]*THE END)/);
    await terminal.type('T-3s');
    await terminal.waitFor(/time: -3s/);
    await terminal.press('Enter');
    const before = await terminal.waitFor(/^(?![^]*time: )[^]*3 sampling/);
    expect([end - 3, end - 3 + 86_400]).toContain(clockOf(before));
    await terminal.type('Tnoon');
    await terminal.press('Enter');
    await terminal.waitFor(/'noon' is not a time/);
    await terminal.type('?');
    await terminal.waitFor(/10 s, 1 min, 10 min back, on/);
    await terminal.type('q');
    expect(await terminal.ended()).toBe(0);
  });

  it('is a table of its rows, a picture, JSON and CSV', async () => {
    const table = await run('history', day, '-w', 'n1', '--step', '1s', '--iface', 'lo');
    expect(table.stdout).toMatch(/^n1 {2}rows of 1 s, made of readings\nfrom +rx min +mean +max +tx min/);
    expect(table.stdout.split('\n').length).toBeGreaterThanOrEqual(7);
    const plot = await run('history', day, '-w', 'n1', '--plot', '--ascii', '--iface', 'lo');
    expect(plot.stdout).toMatch(/bit\/s[|:. ]*\n[^]*rx[^]*tx[^]*\d\d:\d\d:\d\d +\d\d:\d\d:\d\d\n/);
    const document = JSON.parse((await run('history', day, '-w', 'n[1-2]', '--json')).stdout);
    expect(schemaFaults(document, { $ref: '#/$defs/history' }, schema)).toEqual([]);
    expect(document.nodes.map(({ node }: { node: string }) => node)).toEqual(['n1', 'n2']);
    expect((await run('history', day, '-w', 'n1', '--csv')).stdout).toMatch(
      /^node,from,to,samples,known,rxBytes,/,
    );
  });

  it('is exported as OpenMetrics that promtool takes, with every reading', async () => {
    const file = join(folder, 'day.om');
    const { code } = await run('export', day, '--format', 'openmetrics', '-o', file);
    expect(code).toBe(0);
    const exported = readFileSync(file, 'utf8');
    expect(exported.endsWith('# EOF\n')).toBe(true);
    const blocks = join(folder, 'blocks');
    execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', file, blocks], { stdio: 'pipe' });
    // A database that was never written to by a server has no log, and the dump of this version wants one.
    mkdirSync(join(blocks, 'wal'));
    const dumped = execFileSync('promtool', ['tsdb', 'dump', blocks], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    const lines = (name: string, all: string) => all.split('\n').filter((line) => line.includes(name)).length;
    const inDump = lines('netmon_interface_receive_bytes_total', dumped);
    expect(inDump).toBeGreaterThan(0);
    expect(inDump).toBe(lines('netmon_interface_receive_bytes_total{', exported));
  });

  it('is not overwritten by an export, and one that is missing is told', async () => {
    const refused = await run('export', day, '--format', 'csv', '-o', day);
    expect(refused.stderr).toContain('EEXIST');
    expect(refused.code).toBe(3);
    const missing = await run('replay', join(folder, 'none.netmon'));
    expect(missing.stderr).toContain('no recording');
    expect(missing.code).toBe(3);
  });
});

/** Seconds of the day that stand in the corner. */
function clockOf(screen: string): number {
  const [, hours, minutes, seconds] = /(\d\d):(\d\d):(\d\d)$/m.exec(screen) ?? [];
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (holds()) return;
    await sleep(25);
  }
  throw new Error('waited in vain');
}
