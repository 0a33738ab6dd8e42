// Our plain kernels against the official STREAM, compiled on this machine: same arrays, same threads, same vectors, in turns.
// `node --conditions=heorot-src bench/memtest/stream.ts PATH/TO/stream.c [MILLION_ELEMENTS] [ROUNDS]`. Prints Markdown for bench/RESULTS.md.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, machine as processor, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readOfficialStream } from '../../packages/memtest-runner/src/engines/official-stream.ts';
import { readStreamLog } from '../../packages/memtest-runner/src/engines/stream-log.ts';
import { buildKernel } from '../../packages/memtest-runner/src/kernel/build-kernel.ts';
import { buildOfficial } from '../../packages/memtest-runner/src/kernel/build-official.ts';
import type { Bandwidth } from '../../packages/memtest-runner/src/model/run-result.ts';
import { machine } from '../measure.ts';

const [source, million = '64', times = '7'] = process.argv.slice(2);
if (source === undefined) throw new Error('name the official stream.c');
const elements = Number(million) * 2 ** 20;
const rounds = Number(times);
const kernels = ['copy', 'scale', 'add', 'triad'] as const;
type Best = Map<string, number>;

const cache = mkdtempSync(join(tmpdir(), 'heorot-bench-stream-'));
try {
  const sources = join(import.meta.dirname, '../../packages/memtest-runner/kernel/src');
  const ours = await buildKernel({ sources, program: 'stream', cache, env: process.env });
  const official = await buildOfficial({
    source,
    elements,
    architecture: processor(),
    flags: await vectorsOf(ours.path),
    cache,
    env: process.env,
    signal: new AbortController().signal,
  });
  const all: { readonly ours: Best; readonly theirs: Best }[] = [];
  for (let round = 0; round < rounds; round++) {
    const theirs = await runOfficial(official.path);
    all.push({ theirs, ours: await runOurs(ours.path) });
  }
  console.log(render(all, `${official.compiler} ${official.flags}`));
} finally {
  rmSync(cache, { recursive: true, force: true });
}

async function runOfficial(path: string): Promise<Best> {
  const threads = {
    OMP_NUM_THREADS: String(availableParallelism()),
    OMP_PROC_BIND: 'true',
    OMP_PLACES: 'cores',
  };
  const { stdout } = await promisify(execFile)(path, { env: { ...process.env, ...threads } });
  return bestOf(readOfficialStream(stdout, 0).bandwidth);
}

/** Ours takes the widest vectors that the processor has; a compiler takes SSE2 unless it is told. */
async function vectorsOf(path: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(path, ['--gate', '100', '--brief', '--elements', '512']);
  return stdout.includes('"isa":"avx2"') ? ['-mavx2', '-mfma'] : [];
}

async function runOurs(path: string): Promise<Best> {
  const argv = ['--gate', '100', '--brief', '--elements', String(elements)];
  const { stdout } = await promisify(execFile)(path, argv);
  return bestOf(readStreamLog(stdout).bandwidth);
}

function bestOf(measures: readonly Bandwidth[]): Best {
  return new Map(
    measures.map(({ kernel, variant, bytesPerSecond }) => [`${kernel} ${variant}`, bytesPerSecond]),
  );
}

function render(all: readonly { readonly ours: Best; readonly theirs: Best }[], flags: string): string {
  const most = (pick: (round: (typeof all)[number]) => number | undefined): number =>
    Math.max(...all.map((round) => pick(round) ?? Number.NaN));
  const ratios = (kernel: string): readonly number[] =>
    all
      .map(({ ours, theirs }) => (ours.get(`${kernel} plain`) ?? 0) / (theirs.get(`${kernel} official`) ?? 0))
      .toSorted((a, b) => a - b);
  const rows = kernels.map((kernel) => {
    const theirs = most((round) => round.theirs.get(`${kernel} official`)) / 1e9;
    const plain = most((round) => round.ours.get(`${kernel} plain`)) / 1e9;
    const past = most((round) => round.ours.get(`${kernel} non-temporal`)) / 1e9;
    const pairs = ratios(kernel);
    const middle = pairs[Math.floor(pairs.length / 2)] ?? Number.NaN;
    return `| ${kernel} | ${theirs.toFixed(1)} | ${plain.toFixed(1)} | ${(plain / theirs).toFixed(3)} | ${middle.toFixed(3)} | ${past.toFixed(1)} | ${(past / plain).toFixed(2)} |`;
  });
  return [
    `### STREAM (${machine()}, load ${loadavg()[0]?.toFixed(1)}; ${availableParallelism()} threads, ${million} Mi elements an array, ${rounds} rounds in turns; official: ${flags})`,
    '',
    '| kernel | official GB/s, best | ours plain, best | ratio of the bests | median ratio of a round | ours non-temporal, best | non-temporal / plain |',
    '|---|--:|--:|--:|--:|--:|--:|',
    ...rows,
  ].join('\n');
}
