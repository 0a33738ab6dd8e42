// Times whole commands against each other: in turns, medians, as ratios. Never used by tests.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';

/** A command that takes part; the first contestant of a race is ours. */
export interface Contestant {
  readonly name: string;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Bytes written to its standard input. */
  readonly stdinFile?: string;
  /** Exit codes that count as done; 0. */
  readonly accept?: readonly number[];
}

/** Of one finished command: seconds, seconds of user + system of it and its waited-for children, MB of its largest process. */
export interface Cost {
  readonly wall: number;
  readonly cpu: number;
  readonly memory: number;
}

/**
 * Runs all contestants in turns (A B C, A B C, ...) and gives each one's median.
 * @throws when a contestant ends with a code it does not accept: a figure of a failed run means nothing
 */
export async function race(contestants: readonly Contestant[], rounds: number): Promise<Map<string, Cost>> {
  const costs = new Map<string, Cost[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const contestant of contestants) costs.get(contestant.name)?.push(await measure(contestant));
  }
  return new Map([...costs].map(([name, all]) => [name, medianCost(all)]));
}

/** Runs one command under GNU time (Debian package `time`), its output thrown away. */
export async function measure(contestant: Contestant): Promise<Cost> {
  const folder = await mkdtemp(join(tmpdir(), 'heorot-bench-'));
  const report = join(folder, 'time');
  try {
    const input = contestant.stdinFile ?? '/dev/null';
    const script = `exec /usr/bin/time -o "$0" -f '%e %U %S %M' "$@" < "$HEOROT_BENCH_INPUT" > /dev/null`;
    const child = spawn('sh', ['-c', script, report, ...contestant.argv], {
      env: { ...process.env, ...contestant.env, HEOROT_BENCH_INPUT: input },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-2000);
    });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject).on('close', resolve);
    });
    if (!(contestant.accept ?? [0]).includes(code ?? -1)) {
      throw new Error(`${contestant.name} ended with ${code}: ${complaint}`);
    }
    const lastLine = (await readFile(report, 'utf8')).trim().split('\n').at(-1) ?? '';
    const [wall = 0, user = 0, system = 0, kilobytes = 0] = lastLine.split(' ').map(Number);
    return { wall, cpu: user + system, memory: kilobytes / 1000 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A Markdown table: each contestant's figures, and ours as a ratio of theirs. */
export function table(title: string, costs: ReadonlyMap<string, Cost>): string {
  const [ours] = costs.values();
  const rows = [...costs].map(([name, cost]) => {
    const ratio =
      ours === undefined || cost === ours
        ? ''
        : `${(ours.wall / cost.wall).toFixed(2)} / ${(ours.cpu / cost.cpu).toFixed(2)}`;
    return `| ${name} | ${cost.wall.toFixed(2)} | ${cost.cpu.toFixed(2)} | ${cost.memory.toFixed(0)} | ${ratio} |`;
  });
  return [
    `### ${title}`,
    '',
    '| command | wall s | CPU s | peak MB | ours / theirs (wall / CPU) |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/** What the figures were made on. */
export function machine(): string {
  const [first] = cpus();
  return `${cpus().length} × ${first?.model.trim() ?? 'unknown CPU'}, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}`;
}

/** Of several runs of one command, each figure for itself. */
export function medianCost(all: readonly Cost[]): Cost {
  return {
    wall: median(all.map(({ wall }) => wall)),
    cpu: median(all.map(({ cpu }) => cpu)),
    memory: median(all.map(({ memory }) => memory)),
  };
}

export function median(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN;
}
