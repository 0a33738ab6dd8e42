// What a recording costs: bytes a reading, CPU to write it; questions over an hour, a day, a week; the start of a replay and
// time travel at 1000 nodes.
// `node --conditions=heorot-src bench/netmon/recording.ts [NODES] [MINUTES]`. CPU time of this process. Prints Markdown for
// bench/RESULTS.md.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planHistory, stepFor } from '../../packages/netmon/src/history/history-plan.ts';
import { nodeHistory } from '../../packages/netmon/src/history/node-history.ts';
import { LiveCluster } from '../../packages/netmon/src/live/live-cluster.ts';
import type { Reading } from '../../packages/netmon/src/model/reading.ts';
import { encodeBlock } from '../../packages/netmon/src/record/block.ts';
import { openRecorder } from '../../packages/netmon/src/record/recorder.ts';
import { openRecording, type Recording } from '../../packages/netmon/src/record/recording.ts';
import { busyNode, busyReadings } from '../../packages/netmon/src/record/testing/busy-node.fixture.ts';
import type { TimeSpan } from '../../packages/netmon/src/replay/moment.ts';
import { recordedOutputs } from '../../packages/netmon/src/replay/recorded-outputs.ts';
import { Past } from '../../packages/netmon/src/serve/past.ts';
import type { Resolution } from '../../packages/netmon/src/traffic/traffic.ts';
import { machine } from '../measure.ts';

const [nodeCount = 1000, minutes = 70] = process.argv.slice(2).map(Number);
const startMs = 1_790_000_000_000;
const weekReadings = 1000 * 7 * 86_400;
const folder = mkdtempSync(join(tmpdir(), 'heorot-recording-'));
const path = join(folder, 'all.netmon');
const rows: (readonly string[])[] = [];
const row = (what: string, figure: string, goal = '') => rows.push([what, figure, goal]);

try {
  sizes();
  const written = write();
  await read(written);
  longSpans();
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`${machine()}\n\n| what | figure | goal |\n|---|---|---|`);
for (const cells of rows) console.log(`| ${cells.join(' | ')} |`);

/** Blocks alone: readings in full, and of them the eleven figures that peers keep. */
function sizes(): void {
  for (const [what, keep] of [
    ['full reading (29 figures)', (reading: Reading) => reading],
    ['eleven figures', elevenFigures],
  ] as const) {
    for (const length of [300, 1800]) {
      const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
      const bytes = seeds.reduce(
        (sum, seed) => sum + encodeBlock(busyReadings('n1', length, seed).map(keep)).length,
        0,
      );
      const each = bytes / seeds.length / length;
      const week = (each * weekReadings) / 1e9;
      row(
        `${what}, blocks of ${length}`,
        `${each.toFixed(1)} B; 1000 nodes, 1 Hz, 7 days: ${week.toFixed(1)} GB`,
        '<= 7 GB',
      );
    }
  }
}

/** Bytes, packets, errors of both directions, retransmits and segments, load, and the clock. */
function elevenFigures(reading: Reading): Reading {
  const { tcp, load } = reading.host;
  return {
    ...reading,
    uptimeSeconds: null,
    bootedAt: null,
    host: { ...reading.host, cpu: null, memory: null, tcp, load },
  };
}

interface Written {
  readonly readings: number;
}

function write(): Written {
  const sources = Array.from({ length: nodeCount }, (_, at) => busyNode(`n${at + 1}`, at + 1, startMs + at));
  let spent = 0;
  let readings = 0;
  let longestMs = 0;
  {
    using recorder = openRecorder(path);
    for (let tick = 0; tick < minutes * 60; tick++) {
      const batch = sources.flatMap((source) => source.next().value ?? []);
      const before = process.cpuUsage();
      for (const reading of batch) recorder.append(reading);
      const second = cpuMs(before);
      longestMs = Math.max(longestMs, second);
      spent += second;
      readings += batch.length;
    }
    const before = process.cpuUsage();
    recorder.flush();
    spent += cpuMs(before);
  }
  const size = statSync(path).size;
  const week = ((size / readings) * weekReadings) / 1e9;
  row(
    `the file of ${nodeCount} nodes, ${minutes} min`,
    `${(size / 1e6).toFixed(1)} MB, ${(size / readings).toFixed(1)} B a reading; 1000 nodes, 7 days: ${week.toFixed(1)} GB`,
    '<= 7 GB',
  );
  row(
    'writing, joining included',
    `${((spent / readings) * 1000).toFixed(0)} us CPU a reading: ${((spent / readings) * 100).toFixed(1)} % of a core at 1000 readings a second`,
  );
  row('the most that the readings of one second took', `${longestMs.toFixed(0)} ms CPU`);
  return { readings };
}

function times(count: number, question: (at: number) => void): string {
  const all = Array.from({ length: count }, (_, at) => {
    const [began, before] = [performance.now(), process.cpuUsage()];
    question(at);
    return { wall: performance.now() - began, cpu: cpuMs(before) };
  });
  const text = (values: readonly number[]) => {
    const sorted = values.toSorted((one, other) => one - other);
    return `median ${sorted[count >> 1]?.toFixed(0)}, most ${sorted.at(-1)?.toFixed(0)}`;
  };
  return `${text(all.map(({ wall }) => wall))} ms; CPU ${text(all.map(({ cpu }) => cpu))} ms; ${count} questions`;
}

/** As `netmon history` asks: rows of that length, of what they are made of by themselves. */
function historyOf(
  recording: Recording,
  node: string,
  span: TimeSpan,
  stepMs: number | undefined,
): Resolution {
  const options = { ...span, intervalMs: 1000, byInterface: false };
  const plan = planHistory(recording, options, stepMs ?? stepFor(options, 30));
  nodeHistory(recording, node, { ...plan, intervalMs: 1000, interfaces: [] });
  return plan.resolution;
}

async function read({ readings }: Written): Promise<void> {
  using recording = openRecording(path);
  const endMs = startMs + minutes * 60_000;
  const name = (at: number) => `n${((at * 67) % nodeCount) + 1}`;
  const hour = { fromMs: endMs - 3_900_000, toMs: endMs - 300_000 };
  row(
    'one hour of one node, rows of 10 s from readings, first and later',
    times(30, (at) => historyOf(recording, name(at), hour, 10_000)),
    '<= 200 ms',
  );
  row(
    'the same, rows of 2 min from minutes, as without --step',
    times(30, (at) => historyOf(recording, name(at), hour, undefined)),
    '<= 200 ms',
  );
  const fromMs = endMs - 1_200_000;
  row(
    `a replay of all ${nodeCount} nodes from the middle: until its first readings have rates`,
    times(5, (at) => {
      const cluster = new LiveCluster({ nodes: recording.nodes(), intervalMs: 1000 });
      const from = fromMs + at * 71_000;
      for (const { output } of recordedOutputs(recording, { fromMs: from - 4000, toMs: from })) {
        cluster.accept(output);
      }
    }),
    'about 1 s',
  );
  row(
    'the same with what its sparklines show before (12 s)',
    times(5, (at) => {
      const cluster = new LiveCluster({ nodes: recording.nodes(), intervalMs: 1000 });
      const from = fromMs + at * 71_000;
      for (const { output } of recordedOutputs(recording, { fromMs: from - 12_000, toMs: from })) {
        cluster.accept(output);
      }
    }),
  );
  await travel(endMs);
  row(
    'resident memory after all that',
    `${(process.memoryUsage().rss / 1e6).toFixed(0)} MB (${readings} readings written)`,
  );
}

/** What the page of netmon serve asks for. */
async function travel(endMs: number): Promise<void> {
  const past = new Past({ path, intervalMs: 1000, interfaces: [], groupOf: () => 'all', flush: () => {} });
  const { signal } = new AbortController();
  const spent: number[] = [];
  for (let at = 0; at < 5; at++) {
    const began = performance.now();
    await past.frameAt(endMs - 1_500_000 + at * 97_000, signal);
    spent.push(performance.now() - began);
  }
  const sorted = spent.toSorted((one, other) => one - other);
  row(
    `time travel of the page, all ${nodeCount} nodes`,
    `median ${sorted[2]?.toFixed(0)}, most ${sorted[4]?.toFixed(0)} ms of 5 moments`,
    'about 1 s',
  );
}

/** A month of one node at one reading in ten seconds: what long spans cost, by what they are made of. */
function longSpans(): void {
  const long = join(folder, 'month.netmon');
  const days = 30;
  const stepMs = 10_000;
  {
    using recorder = openRecorder(long, { intervalMs: stepMs });
    let count = 0;
    for (const reading of busyNode('n1', 1, startMs)) {
      if (++count % 10 !== 0) continue;
      recorder.append(reading);
      if (count >= days * 86_400) break;
    }
  }
  using recording = openRecording(long);
  const endMs = startMs + days * 86_400_000;
  for (const [what, spanDays, rowMs] of [
    ['a day of one node, rows of 1 h', 1, 3_600_000],
    ['a day of one node, rows of 2 min', 1, 120_000],
    ['a week of one node, rows of 6 h', 7, 6 * 3_600_000],
    ['a week of one node, rows of 10 min', 7, 600_000],
    ['30 days of one node, rows of a day', 30, 24 * 3_600_000],
  ] as const) {
    const span = { fromMs: endMs - spanDays * 86_400_000, toMs: endMs };
    let resolution: Resolution = 'readings';
    const taken = times(15, () => {
      resolution = historyOf(recording, 'n1', span, rowMs);
    });
    row(`${what}, made of ${resolution}`, taken, 'a blink');
  }
}

function cpuMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
