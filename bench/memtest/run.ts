// What a verified pass costs: march against memtester and stressapptest, CPU seconds a GB:
// `node --conditions=heorot-src bench/memtest/run.ts [MEGABYTES] [ROUNDS]`.
// Needs a C compiler and the Debian packages memtester, stressapptest and time. Prints Markdown for bench/RESULTS.md.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildKernel, parseMarchRecord } from '../../packages/memtest-runner/src/index.ts';
import { type Contestant, machine, measure } from '../measure.ts';

const megabytes = Number(process.argv[2] ?? 2048);
const rounds = Number(process.argv[3] ?? 3);
const gigabytes = (megabytes * 2 ** 20) / 1e9;
const sources = join(import.meta.dirname, '../../packages/memtest-runner/kernel/src');

/** A whole loop of memtester takes minutes: stuck address and solid bits are run, and scaled by sweeps. */
const MEMTESTER_SWEEPS = 1308;
const MEMTESTER_MASK = { mask: '0x100', sweeps: 16 + 64 };
const memtesterMegabytes = 256;

interface Row {
  readonly name: string;
  readonly seconds: readonly number[];
  readonly note: string;
}

const folder = mkdtempSync(join(tmpdir(), 'heorot-bench-memtest-'));
try {
  const { path } = await buildKernel({ sources, cache: folder, env: process.env });
  const rows: Row[] = [
    await march(path, '7 backgrounds + address test', []),
    await march(path, '10 backgrounds + address test', ['--backgrounds', '10']),
    await march(path, '1 background', ['--backgrounds', '1', '--tests', 'march']),
    await memtester(),
    await stressapptest(),
  ];
  console.log(render(rows));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The pass alone: taking the memory, which the kernel clears first, is not the test. */
async function march(path: string, name: string, args: readonly string[]): Promise<Row> {
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const argv = ['--memory', `${megabytes}M`, '--retention', '0', ...args];
    const { stdout } = await promisify(execFile)(path, argv);
    for (const line of stdout.split('\n')) {
      const record = parseMarchRecord(line);
      if (record?.type === 'pass') seconds.push(record.cpuSeconds / gigabytes);
    }
  }
  return { name: `march, ${name}`, seconds, note: `${megabytes} MiB` };
}

async function memtester(): Promise<Row> {
  const contestant: Contestant = {
    name: 'memtester',
    argv: ['memtester', `${memtesterMegabytes}M`, '1'],
    env: { MEMTESTER_TEST_MASK: MEMTESTER_MASK.mask, PATH: `${process.env['PATH']}:/usr/sbin` },
  };
  const { cpu } = await measure(contestant);
  const gigabytes = (memtesterMegabytes * 2 ** 20) / 1e9;
  const scaled = (cpu / gigabytes) * (MEMTESTER_SWEEPS / MEMTESTER_MASK.sweeps);
  const note = `stuck address and solid bits of ${memtesterMegabytes} MiB, scaled by sweeps to a whole loop`;
  return { name: 'memtester, one loop', seconds: [scaled], note };
}

/** Pages are drawn at random: to touch 99.9 % of them takes 6.9 copies of each. */
async function stressapptest(): Promise<Row> {
  const argv = ['stressapptest', '-s', '5', '-M', String(megabytes), '-W'];
  const { cpu } = await measure({ name: 'stressapptest', argv });
  const { stdout } = await promisify(execFile)('stressapptest', argv.slice(1));
  const copied = Number(/Completed: ([\d.]+)M/.exec(stdout)?.[1] ?? Number.NaN) / 2;
  const needed = 6.9 * megabytes;
  return {
    name: 'stressapptest, 99.9 % of pages',
    seconds: [(cpu / copied) * (needed / gigabytes)],
    note: 'touches, -W',
  };
}

function render(rows: readonly Row[]): string {
  const median = (values: readonly number[]): number =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
  const lines = rows.map(({ name, seconds, note }) => {
    const range =
      seconds.length > 1 ? `${Math.min(...seconds).toFixed(2)} to ${Math.max(...seconds).toFixed(2)}` : '';
    return `| ${name} | ${median(seconds).toFixed(2)} | ${range} | ${note} |`;
  });
  return [
    `### CPU seconds a GB (${machine()}, load ${loadavg()[0]?.toFixed(1)})`,
    '',
    '| test | median | range | of what |',
    '|---|--:|--:|---|',
    ...lines,
  ].join('\n');
}
