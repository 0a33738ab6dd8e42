// A cluster that plays a script: readings of two minutes put through the real rates, so that every frame is known.
import { LiveCluster } from '../../live/live-cluster.ts';
import type { InterfaceFacts } from '../../model/interface-facts.ts';
import type { PortReading } from '../../model/reading.ts';
import { interfaceFacts, port, portFacts, quietHost, reading } from '../../rates/testing/readings.fixture.ts';
import { CellBuffer } from '../../screen/cell-buffer.ts';
import { LinkWatch } from '../../sick-links/link-watch.ts';
import type { ContactState } from '../../source/source.ts';
import { drawFrame } from '../draw-frame.ts';
import { unicodeGlyphs } from '../glyphs.ts';
import type { Grouping } from '../grouping.ts';
import { initialView, type Scene, type ViewState } from '../scene.ts';

export interface NodeScript {
  readonly name: string;
  /** Bytes per second in that second of the script. */
  readonly received?: (second: number) => number;
  readonly sent?: (second: number) => number;
  readonly errorsPerSecond?: number;
  readonly dropsPerSecond?: number;
  readonly retransmits?: number;
  /** Busy share of the processors, memory in use, load. */
  readonly cpu?: number;
  readonly memory?: number;
  readonly load?: number;
  readonly facts?: Partial<InterfaceFacts>;
  readonly ports?: readonly PortReading[];
  /** The last second that it answered. */
  readonly until?: number;
  readonly state?: ContactState;
  readonly detail?: string;
}

export interface ScriptedCluster extends Disposable {
  readonly cluster: LiveCluster;
  scene(view?: Partial<ViewState>, more?: Partial<Scene>): Scene;
}

/** 2026-11-22 03:12:05 in the time zone of the machine, so that clocks read the same everywhere. */
export const endMs = new Date(2026, 10, 22, 3, 12, 5).getTime();

const racks: Grouping = {
  name: 'rack',
  groupOf: (node) => (/\d+$/.test(node) ? `rack${Math.ceil(Number(/\d+$/.exec(node)?.[0]) / 4)}` : undefined),
};

export function playScript(scripts: readonly NodeScript[], seconds = 120): ScriptedCluster {
  const startMs = endMs - seconds * 1000;
  const cluster = new LiveCluster({
    nodes: scripts.map(({ name }) => name),
    intervalMs: 1000,
    now: () => startMs,
  });
  const links = new LinkWatch(cluster);
  for (const script of scripts) {
    const { name, state = 'sampling', until = seconds, detail = null } = script;
    play(cluster, script, startMs, until);
    const sinceMs = state === 'down' ? startMs + until * 1000 + 2000 : startMs;
    cluster.accept({ kind: 'contact', contact: { node: name, state, sinceMs, detail } });
    if (state === 'down') cluster.accept({ kind: 'event', event: downEvent(name, sinceMs, detail) });
  }
  return {
    cluster,
    scene: (view = {}, more = {}) => ({
      title: 'hrothgar',
      nodes: cluster.nodes,
      events: cluster.events,
      intervalMs: 1000,
      groupings: [racks],
      findings: links.findings(() => 'all'),
      playback: null,
      view: { ...initialView, ...view },
      nowMs: endMs + 400,
      glyphs: unicodeGlyphs,
      ...more,
    }),
    [Symbol.dispose]: () => links[Symbol.dispose](),
  };
}

/** The frame as text, a line a row. */
export function frameText(scene: Scene, columns: number, rows: number): string {
  const frame = new CellBuffer(columns, rows, { ascii: scene.glyphs.ascii });
  drawFrame(frame, scene);
  return `${Array.from({ length: rows }, (_, row) => frame.text(row)).join('\n')}\n`;
}

function play(cluster: LiveCluster, script: NodeScript, startMs: number, until: number): void {
  const {
    received = () => 0,
    sent = () => 0,
    errorsPerSecond = 0,
    dropsPerSecond = 0,
    retransmits = 0,
  } = script;
  const { cpu = 0.05, memory = 0.25, load = 0.1, ports = [] } = script;
  const facts = interfaceFacts(script.facts);
  const loopback = interfaceFacts({
    name: 'lo',
    ifindex: 1,
    type: 772,
    speedMbit: null,
    duplex: null,
    device: false,
    driver: null,
    mtu: 65_536,
    state: 'unknown',
  });
  let [rx, tx] = [0, 0];
  for (let second = 1; second <= until; second++) {
    rx += Math.round(received(second));
    tx += Math.round(sent(second));
    const growing = (perSecond: number) => BigInt(Math.round(perSecond * second));
    const counters = {
      rxBytes: BigInt(rx),
      txBytes: BigInt(tx),
      rxPackets: BigInt(Math.round(rx / 1000)),
      txPackets: BigInt(Math.round(tx / 1000)),
      rxErrors: growing(errorsPerSecond),
      rxDropped: growing(dropsPerSecond),
    };
    cluster.accept({
      kind: 'reading',
      reading: reading(second, {
        node: script.name,
        arrivedMs: startMs + second * 1000,
        interfaces: [port({}, loopback), port(counters, facts)],
        ports,
        host: {
          ...quietHost,
          load: [load, load, load],
          cpu: [growing(400 * cpu), 0n, 0n, growing(400 * (1 - cpu)), 0n, 0n, 0n, 0n],
          memory: { totalKib: 1000, freeKib: null, availableKib: Math.round(1000 * (1 - memory)) },
          tcp: {
            inSegments: 0n,
            outSegments: growing(10_000),
            retransmitted: growing(10_000 * retransmits),
            inErrors: 0n,
          },
        },
      }),
    });
  }
}

function downEvent(node: string, sinceMs: number, detail: string | null) {
  const time = new Date(sinceMs).toISOString();
  return { type: 'event', node, event: 'down', detail: detail ?? '', time, interface: null } as const;
}

const gigabit = 125e6;
const wave = (second: number) => gigabit * (4 + 3 * Math.sin(second / 8));

/** Eight nodes in two racks: busy, idle, in error, slow, late, down, never there, and one with a name in Japanese. */
export const eightNodes: readonly NodeScript[] = [
  { name: 'n1', received: wave, sent: () => gigabit / 10, cpu: 0.42, load: 3.1 },
  { name: 'n2', received: () => 9.4 * gigabit, sent: () => 0.3 * gigabit, cpu: 0.95, load: 17, memory: 0.91 },
  { name: 'n3', received: () => 0, sent: () => 0 },
  { name: 'n4', received: () => 2 * gigabit, errorsPerSecond: 12, dropsPerSecond: 0.4, retransmits: 0.031 },
  { name: 'n5', received: () => 2 * gigabit, until: 60, state: 'down', detail: 'no answer for 2.0 s' },
  {
    name: 'n6',
    received: (second) => (second > 90 ? gigabit : 200),
    facts: { speedMbit: 1000, duplex: 'half', driver: 'tg3' },
  },
  { name: 'n7', until: 0, state: 'starting', detail: 'start-up files take 4 s' },
  {
    name: '節点8',
    received: () => 2 * gigabit,
    until: 118,
    state: 'late',
    ports: [{ facts: portFacts(), rxData: 0n, rxPackets: 0n, txData: 0n, txPackets: 0n, errors: null }],
  },
];
