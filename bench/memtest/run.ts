// What a verified pass costs: march against memtester and stressapptest, CPU seconds a GB, and how much of the memory's bandwidth it uses:
// `node --conditions=heorot-src bench/memtest/run.ts [MEGABYTES] [ROUNDS]`. Each thread should have eight times its share of the
// last-level cache: march flushes smaller pieces after each sweep, which costs half as much again.
// Needs a C compiler and the Debian packages memtester, stressapptest and time. Prints Markdown for bench/RESULTS.md.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readStreamLog } from '../../packages/memtest-runner/src/engines/stream-log.ts';
import { buildKernel, parseMarchRecord } from '../../packages/memtest-runner/src/index.ts';
import { type Contestant, machine, measure } from '../measure.ts';

const megabytes = Number(process.argv[2] ?? 3072);
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

interface Pass {
  /** CPU seconds a GB. */
  readonly cost: number;
  /** GB/s that all threads together moved. */
  readonly moved: number;
}

const variants: readonly { readonly name: string; readonly args: readonly string[] }[] = [
  { name: '7 backgrounds + address test', args: [] },
  { name: '10 backgrounds + address test', args: ['--backgrounds', '10'] },
  { name: '1 background', args: ['--backgrounds', '1', '--tests', 'march'] },
  { name: '1 background, one core', args: ['--backgrounds', '1', '--tests', 'march', '--cpus', '0'] },
];

const folder = mkdtempSync(join(tmpdir(), 'heorot-bench-memtest-'));
try {
  const build = { sources, cache: folder, env: process.env };
  const march = (await buildKernel(build)).path;
  const stream = (await buildKernel({ ...build, program: 'stream' })).path;
  const passes = variants.map((): Pass[] => []);
  const bandwidth: number[] = [];
  for (let round = 0; round < rounds; round++) {
    bandwidth.push(await pastCache(stream));
    for (const [at, { args }] of variants.entries()) passes[at]?.push(await pass(march, args));
  }
  const rows = variants.map(({ name }, at): Row => {
    const all = passes[at] ?? [];
    const most = Math.max(...all.map(({ moved }) => moved));
    return {
      name: `march, ${name}`,
      seconds: all.map(({ cost }) => cost),
      note: `${megabytes} MiB, ${most.toFixed(1)} GB/s at best`,
    };
  });
  console.log(render([...rows, await memtester(), await stressapptest()]));
  console.log(
    `\nTriad past the cache in the same rounds: ${Math.max(...bandwidth).toFixed(1)} GB/s at best.`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The pass alone: taking the memory, which the kernel clears first, is not the test. */
async function pass(path: string, args: readonly string[]): Promise<Pass> {
  const argv = ['--memory', `${megabytes}M`, '--retention', '0', ...args];
  const { stdout } = await promisify(execFile)(path, argv);
  let cost = Number.NaN;
  let wall = Number.NaN;
  let moved = Number.NaN;
  for (const line of stdout.split('\n')) {
    const record = parseMarchRecord(line);
    if (record?.type === 'pass') {
      cost = record.cpuSeconds / gigabytes;
      wall = record.wallSeconds;
    }
    if (record?.type === 'summary') moved = record.bytesMoved / 1e9;
  }
  return { cost, moved: moved / wall };
}

async function pastCache(path: string): Promise<number> {
  const { stdout } = await promisify(execFile)(path, ['--gate', '100', '--brief', '--trials', '5']);
  const triad = readStreamLog(stdout).bandwidth.find(
    ({ kernel, variant }) => kernel === 'triad' && variant === 'non-temporal',
  );
  return (triad?.bytesPerSecond ?? Number.NaN) / 1e9;
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
