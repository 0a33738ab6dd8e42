// How the verbs of recordings end: by signals, a reader that goes away, a disk that is full. Right exit codes, and nothing
// half-written. Needs root for a small disk.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedLab, startEmbeddedLab } from '@heorot/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRecorder } from '../src/record/recorder.ts';
import { openRecording } from '../src/record/recording.ts';
import { busyNode } from '../src/record/testing/busy-node.fixture.ts';
import { netmonBin } from './netmon-on-a-terminal.ts';

let folder: string;
let lab: EmbeddedLab;
/** Forty minutes of twenty nodes: an export takes seconds. */
let day: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heorot-netmon-ends-'));
  lab = await startEmbeddedLab({ folder: join(folder, 'lab'), nodes: 2 });
  day = join(folder, 'day.netmon');
  using recorder = openRecorder(day);
  const nodes = Array.from({ length: 20 }, (_, at) => busyNode(`n${at + 1}`, at + 1));
  for (let second = 0; second < 2400; second++)
    for (const { value } of nodes.map((node) => node.next())) recorder.append(value);
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const env = () => ({ PATH: process.env['PATH'], HOME: folder, HEOROT_CLUSTER: lab.clusterFile });

function start(...parameters: readonly string[]): ChildProcess {
  return spawn(process.execPath, [netmonBin, ...parameters], {
    env: env(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function outcomeOf(child: ChildProcess) {
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  if (child.stdout === null || child.stderr === null) throw new Error('no pipes');
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

/** In a shell, as it is typed; `netmon` is the built one. */
async function typed(line: string) {
  const command = `netmon() { '${process.execPath}' '${netmonBin}' "$@"; }; set -o pipefail; ${line}`;
  return await outcomeOf(spawn('bash', ['-c', command], { env: env(), stdio: ['ignore', 'pipe', 'pipe'] }));
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1200; tries++) {
    if (holds()) return;
    await sleep(25);
  }
  throw new Error('waited in vain');
}

describe('an export to a file', () => {
  it.each([
    ['SIGINT', 'openmetrics', 130],
    ['SIGTERM', 'openmetrics', 143],
    ['SIGINT', 'csv', 130],
    ['SIGTERM', 'ndjson', 143],
  ] as const)('that %s ends as %s leaves no file', async (signal, format, exitCode) => {
    const place = mkdtempSync(join(folder, 'export-'));
    const child = start('export', day, '--format', format, '-o', join(place, 'day.out'));
    await until(() => readdirSync(place).some((name) => name.includes('.part-')));
    child.kill(signal);
    expect((await outcomeOf(child)).code).toBe(exitCode);
    expect(readdirSync(place)).toEqual([]);
  });

  it('leaves no file on a disk that is full, and says so', async () => {
    const disk = join(folder, 'small-disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', disk]);
    try {
      const child = start('export', day, '--format', 'csv', '-o', join(disk, 'day.csv'));
      const { code, stderr } = await outcomeOf(child);
      expect(stderr).toContain(`cannot write ${join(disk, 'day.csv')}: ENOSPC`);
      expect(code).toBe(3);
      expect(readdirSync(disk)).toEqual([]);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it('is there whole at the end, and nothing beside it', async () => {
    const place = mkdtempSync(join(folder, 'whole-'));
    const path = join(place, 'n1.csv');
    const { code } = await outcomeOf(start('export', day, '-w', 'n1', '--format', 'csv', '-o', path));
    expect(code).toBe(0);
    expect(readdirSync(place)).toEqual(['n1.csv']);
  });
});

describe('to a reader', () => {
  it.each([
    'netmon export DAY --format openmetrics | head -n 3',
    'netmon export DAY --format csv | head -n 3',
    'netmon replay DAY --ndjson | head -n 3',
    'netmon history DAY --step 1s --csv | head -n 3',
    'netmon history DAY --step 10s | head -n 3',
  ])('that goes away, %s says nothing', async (line) => {
    const { code, stdout, stderr } = await typed(line.replace('DAY', day));
    expect(stdout.trimEnd().split('\n')).toHaveLength(3);
    expect(stderr).toBe('');
    // Where all was written before the reader went, nobody noticed.
    expect([0, 141]).toContain(code);
  });

  it.each([
    [['export', '--format', 'openmetrics']],
    [['replay', '--ndjson']],
    [['replay', '--csv', '--speed', '1']],
    [['history', '--step', '1s']],
  ])('netmon %j ends by Ctrl-C with 130', async ([verb = '', ...flags]) => {
    const child = start(verb, day, ...flags);
    child.stdout?.once('data', () => child.kill('SIGINT'));
    expect((await outcomeOf(child)).code).toBe(130);
  });

  it('on a disk that is full it is said', async () => {
    const { code, stderr } = await typed(`netmon history ${day} -w n1 > /dev/full`);
    expect(stderr).toMatch(/ENOSPC|no space/);
    expect(code).not.toBe(0);
  });
});

describe('a recording', () => {
  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('that %s ends is written to its end', async (signal, exitCode) => {
    const path = join(folder, `${signal}.netmon`);
    const child = start('record', '-a', '-o', path, '-i', '0.2s');
    await until(() => existsSync(`${path}-wal`));
    await sleep(2000);
    child.kill(signal);
    const { code, stderr } = await outcomeOf(child);
    expect(code).toBe(exitCode);
    expect(stderr).toMatch(/^recorded 2 nodes from /m);
    expect(readdirSync(folder).filter((name) => name.startsWith(`${signal}.netmon`))).toEqual([
      `${signal}.netmon`,
    ]);
    using recording = openRecording(path);
    expect([...recording.readings()].length).toBeGreaterThan(4);
  });
});
