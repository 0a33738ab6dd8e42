// What a frame of `netmon top` costs: `node --conditions=heorot-src bench/netmon/screen.ts [FRAMES]`. CPU time of this
// process, not wall clock; the bytes go to /dev/null, as to a terminal that reads at once. Prints Markdown for
// bench/RESULTS.md.
import { openSync, writeSync } from 'node:fs';
import { LiveCluster } from '../../packages/netmon/src/live/live-cluster.ts';
import type { Reading } from '../../packages/netmon/src/model/reading.ts';
import { interfaceFacts } from '../../packages/netmon/src/rates/testing/readings.fixture.ts';
import { FrameWriter } from '../../packages/netmon/src/screen/frame-writer.ts';
import { drawFrame } from '../../packages/netmon/src/view/draw-frame.ts';
import { unicodeGlyphs } from '../../packages/netmon/src/view/glyphs.ts';
import { initialView, type Scene, type ViewState } from '../../packages/netmon/src/view/scene.ts';
import { machine } from '../measure.ts';

const frames = Number(process.argv[2] ?? 200);
const framesPerSecond = 5;
const minute = 60;

interface Job {
  readonly title: string;
  /** 1000 unless told. */
  readonly nodes?: number;
  readonly columns: number;
  readonly rows: number;
  readonly view: Partial<ViewState>;
  /** Share of the nodes that have a new sample in each frame. */
  readonly changing: number;
}

const jobs: readonly Job[] = [
  {
    title: 'table, 60 rows of 60 nodes, all changing',
    nodes: 60,
    columns: 160,
    rows: 64,
    view: {},
    changing: 1,
  },
  {
    title: 'table, 60 rows of 60 nodes, a fifth changing',
    nodes: 60,
    columns: 160,
    rows: 64,
    view: {},
    changing: 0.2,
  },
  { title: 'table, 60 rows of 1000 nodes, all changing', columns: 160, rows: 60, view: {}, changing: 1 },
  {
    title: 'table, 60 rows of 1000 nodes, a fifth changing',
    columns: 160,
    rows: 60,
    view: {},
    changing: 0.2,
  },
  { title: 'table, 1000 rows, all changing', columns: 160, rows: 1004, view: {}, changing: 1 },
  { title: 'table, 1000 rows, a fifth changing', columns: 160, rows: 1004, view: {}, changing: 0.2 },
  {
    title: 'heat map of 1000 nodes, all changing',
    columns: 80,
    rows: 40,
    view: { pane: 'heatmap' },
    changing: 1,
  },
  { title: 'node in detail', columns: 160, rows: 60, view: { pane: 'node', node: 'n1' }, changing: 1 },
];

/** Median CPU time of one frame: the scene, sorting, drawing, comparing, writing; not the rates, which are made before. */
function measure({ nodes: nodeCount = 1000, columns, rows, view, changing }: Job): {
  readonly cpuMs: number;
  readonly bytes: number;
} {
  const cluster = new LiveCluster({ nodes: names(nodeCount), intervalMs: 1000 });
  let second = 0;
  const tick = (share: number) => {
    second += 1;
    for (let at = 0; at < nodeCount * share; at++)
      cluster.accept({ kind: 'reading', reading: readingOf(at, second) });
  };
  for (const node of names(nodeCount)) {
    cluster.accept({ kind: 'contact', contact: { node, state: 'sampling', sinceMs: 0, detail: null } });
  }
  for (let at = 0; at < minute; at++) tick(1);
  const writer = new FrameWriter({ colorLevel: 2 });
  const costs: number[] = [];
  let bytes = 0;
  for (let frame = 0; frame < frames; frame++) {
    tick(changing);
    const before = process.cpuUsage();
    const scene: Scene = {
      title: 'bench',
      nodes: cluster.nodes,
      events: cluster.events,
      intervalMs: 1000,
      groupings: [],
      findings: [],
      playback: null,
      view: { ...initialView, ...view },
      nowMs: second * 1000,
      glyphs: unicodeGlyphs,
    };
    drawFrame(writer.begin(columns, rows), scene);
    const out = writer.finish();
    writeSync(sink, out);
    const { user, system } = process.cpuUsage(before);
    costs.push((user + system) / 1000);
    bytes += out.length;
  }
  // The first ones are compiled.
  const warm = costs.slice(frames >> 2).toSorted((a, b) => a - b);
  return { cpuMs: warm[warm.length >> 1] ?? Number.NaN, bytes: bytes / frames };
}

function names(nodeCount: number): readonly string[] {
  return Array.from({ length: nodeCount }, (_, at) => `n${at + 1}`);
}

let seed = 1;
function random(): number {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
  return seed / 2 ** 32;
}

const totals = new Map<number, bigint>();

function readingOf(node: number, second: number): Reading {
  const rx = (totals.get(node) ?? 0n) + BigInt(Math.round(random() * 1.25e9));
  totals.set(node, rx);
  return {
    node: `n${node + 1}`,
    bootId: 'boot',
    netns: 'net:[1]',
    ticks: second,
    monotonicNs: second * 1e9,
    uptimeSeconds: second,
    bootedAt: null,
    arrivedMs: second * 1000,
    bits: 64,
    interfaces: [
      {
        facts: eth0,
        counters: {
          rxBytes: rx,
          rxPackets: rx / 1000n,
          rxErrors: 0n,
          rxDropped: 0n,
          txBytes: rx / 3n,
          txPackets: rx / 3000n,
          txErrors: 0n,
          txDropped: 0n,
          carrierChanges: 2n,
        },
      },
    ],
    ports: [],
    host: {
      load: [random() * 32, 1, 1],
      cpu: [BigInt(second * 50 + node), 0n, 0n, BigInt(second * 50), 0n, 0n, 0n, 0n],
      memory: { totalKib: 1000, freeKib: null, availableKib: Math.round(random() * 1000) },
      tcp: {
        inSegments: 0n,
        outSegments: BigInt(second * 1000),
        retransmitted: BigInt(second),
        inErrors: 0n,
      },
      tcpTrouble: null,
      ipvs: null,
    },
  };
}

const eth0 = interfaceFacts();

const sink = openSync('/dev/null', 'w');
console.log(`## netmon screen: ${machine()}\n`);
console.log('| frame | CPU ms | bytes | at 5 frames a second, % of a core |\n|---|---|---|---|');
for (const job of jobs) {
  const { cpuMs, bytes } = measure(job);
  const share = (cpuMs * framesPerSecond) / 10;
  console.log(`| ${job.title} | ${cpuMs.toFixed(2)} | ${Math.round(bytes)} | ${share.toFixed(2)} |`);
}
