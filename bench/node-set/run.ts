// Node sets against ClusterShell's `nodeset`: `node bench/node-set/run.ts [ROUNDS]`, bins built.
// Needs the Debian packages clustershell and time. Prints Markdown for bench/RESULTS.md.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machine, race, table } from '../measure.ts';

const rounds = Number(process.argv[2] ?? 3);
const bin = join(import.meta.dirname, '..', '..', 'packages', 'heorot', 'dist', 'bin', 'nodes.js');
const ours = [process.execPath, bin];
const nodeset = ['/usr/bin/python3', '/usr/bin/nodeset'];

interface Job {
  readonly title: string;
  readonly names: readonly string[];
  readonly ours: readonly string[];
  readonly nodeset: readonly string[];
}

const fold = { ours: ['fold'], nodeset: ['-f'] };
const jobs: readonly Job[] = [
  { title: 'fold 3 names', names: nodes(3), ...fold },
  { title: 'fold 100 000 names', names: nodes(100_000), ...fold },
  { title: 'fold 1 000 000 names', names: nodes(1_000_000), ...fold },
  { title: 'fold 100 000 random ones of 1 000 000 names', names: randomNodes(100_000), ...fold },
  {
    title: '1 000 000 names minus 100 000',
    names: nodes(1_000_000),
    ours: ['count', '-', '-x', 'node[400001-500000]'],
    nodeset: ['-c', '-', '-x', 'node[400001-500000]'],
  },
  { title: 'fold 5000 random names of three dimensions', names: randomGrid(5000, 50), ...fold },
  { title: 'fold a grid of 1000 × 100 names', names: grid(1000, 100), ...fold },
  {
    title: 'expand 1 000 000 names',
    names: ['node[1-1000000]'],
    ours: ['expand', 'node[1-1000000]'],
    nodeset: ['-e'],
  },
];

console.log(`## node sets: ${machine()}\n`);
const folder = mkdtempSync(join(tmpdir(), 'heorot-bench-'));
try {
  for (const job of jobs) {
    const stdinFile = join(folder, 'names');
    writeFileSync(stdinFile, `${job.names.join('\n')}\n`);
    const costs = await race(
      [
        {
          name: `nodes ${job.ours[0]}`,
          argv: [...ours, ...job.ours],
          stdinFile,
        },
        { name: 'nodeset', argv: [...nodeset, ...job.nodeset], stdinFile },
      ],
      rounds,
    );
    console.log(table(job.title, costs));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function nodes(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `node${i + 1}`);
}

function randomNodes(count: number): string[] {
  const random = seeded(1);
  return Array.from({ length: count }, () => `node${1 + Math.floor(random() * 1_000_000)}`);
}

function randomGrid(count: number, side: number): string[] {
  const random = seeded(2);
  const index = () => 1 + Math.floor(random() * side);
  return Array.from({ length: count }, () => `r${index()}n${index()}s${index()}`);
}

function grid(rows: number, columns: number): string[] {
  return Array.from(
    { length: rows * columns },
    (_, i) => `r${1 + Math.floor(i / columns)}n${1 + (i % columns)}`,
  );
}

/** The same names in every run (a linear congruential generator, constants of Numerical Recipes). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
