// What a recording costs: bytes a reading, CPU to write it, a question over an hour of one of 1000 nodes, the start of a replay.
// `node --conditions=heorot-src bench/netmon/recording.ts [NODES] [MINUTES]`. CPU time of this process. Prints Markdown for
// bench/RESULTS.md.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeHistory } from '../../packages/netmon/src/history/node-history.ts';
import type { Reading } from '../../packages/netmon/src/model/reading.ts';
import { encodeBlock } from '../../packages/netmon/src/record/block.ts';
import { openRecorder } from '../../packages/netmon/src/record/recorder.ts';
import { openRecording } from '../../packages/netmon/src/record/recording.ts';
import { busyNode, busyReadings } from '../../packages/netmon/src/record/testing/busy-node.fixture.ts';
import { recordedOutputs } from '../../packages/netmon/src/replay/recorded-outputs.ts';
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
  read(written);
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

function read({ readings }: Written): void {
  using recording = openRecording(path);
  const endMs = startMs + minutes * 60_000;
  const times = Array.from({ length: 15 }, (_, at) => {
    const began = performance.now();
    const span = { fromMs: endMs - 3_900_000, toMs: endMs - 300_000 };
    nodeHistory(recording, `n${((at * 67) % nodeCount) + 1}`, {
      ...span,
      stepMs: 120_000,
      resolution: 'readings',
      intervalMs: 1000,
      interfaces: [],
    });
    return performance.now() - began;
  }).toSorted((one, other) => one - other);
  row(
    'one hour of one node, first and later',
    `median ${times[7]?.toFixed(0)} ms, most ${times[14]?.toFixed(0)} ms`,
    '<= 200 ms',
  );
  const began = performance.now();
  let told = 0;
  const fromMs = endMs - 1_200_000;
  for (const { timeMs } of recordedOutputs(recording, { fromMs, toMs: fromMs + 60_000 }))
    if (timeMs > 0) told++;
  row(
    `a minute of all ${nodeCount} nodes, from the middle`,
    `${((performance.now() - began) / 1000).toFixed(1)} s for ${told} readings`,
  );
  row(
    'resident memory after all that',
    `${(process.memoryUsage().rss / 1e6).toFixed(0)} MB (${readings} readings written)`,
  );
}

function cpuMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
