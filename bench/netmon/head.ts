// The head of the benchmark, a process of its own inside the namespace of the nodes: samples them as `netmon watch` does and
// prints what it cost, as one line of JSON. `node --conditions=heorot-src bench/netmon/head.ts CONFIG NODES SECONDS INTERVAL-MS
// [RECORDING]`
import { type Channel, openFanout, type Target } from '../../packages/fanout/src/index.ts';
import { parseHostName } from '../../packages/inventory/src/index.ts';
import { LiveCluster } from '../../packages/netmon/src/live/live-cluster.ts';
import { recordCluster } from '../../packages/netmon/src/record/cluster-recorder.ts';
import { keepHeapTight } from '../../packages/netmon/src/source/long-lived-heap.ts';
import { StreamSource } from '../../packages/netmon/src/source/stream/stream-source.ts';

const [sshConfigFile = '', list = '', seconds = '20', interval = '1000', recordingFile] =
  process.argv.slice(2);
const addresses = list.split(',');
const intervalMs = Number(interval);
const targets = addresses.map(
  (address): Target => ({ node: address, host: parseHostName(address), settings: {} }),
);
const startedMs = performance.now();
keepHeapTight(addresses.length);

await using fanout = openFanout({ connection: { sshConfigFile } });
/** When each node was asked last; lateness is the time to its answer. */
const asked = new Map<string, number>();
let asking = 0;
let measuring = false;
const source = new StreamSource({
  name: 'ssh',
  fanout: {
    prepare: (all) => fanout.prepare(all),
    stream: async (target, request, signal) =>
      timed(target.node, await fanout.stream(target, request, signal)),
  },
  targets,
  intervalMs,
  connectWindow: 64,
});
const cluster = new LiveCluster({ nodes: source.nodes, intervalMs });
await using recording =
  recordingFile === undefined
    ? undefined
    : await recordCluster(cluster, {
        path: recordingFile,
        failed: (error) => {
          throw error;
        },
      });
const rated = new Set<string>();
const lateness: number[] = [];
let firstTableMs: number | undefined;
let connectCpu = process.cpuUsage();
let events = 0;
const stop = new AbortController();
cluster.listen({
  event: ({ event }) => void (measuring && event !== 'first-reading' && events++),
  samples: ([first]) => {
    if (first === undefined || first.seconds === null) return;
    const at = asked.get(first.node);
    if (measuring && at !== undefined) lateness.push(performance.now() - at);
    rated.add(first.node);
    if (rated.size < addresses.length || firstTableMs !== undefined) return;
    firstTableMs = performance.now() - startedMs;
    // A little later, when start-up is over.
    setTimeout(begin, 3000);
  },
});
setTimeout(() => stop.abort(), 120_000 + Number(seconds) * 1000).unref();
let before = process.cpuUsage();
let beganMs = 0;
let endedMs = 0;
let cpu = before;
let memory = process.memoryUsage();
/** The most that was resident since the measuring began: a recording writes its blocks at some time. */
let mostMb = 0;
let states: Readonly<Record<string, number>> = {};

function begin(): void {
  connectCpu = process.cpuUsage();
  before = process.cpuUsage();
  beganMs = performance.now();
  asking = 0;
  measuring = true;
  setInterval(() => {
    mostMb = Math.max(mostMb, process.memoryUsage.rss() / 1e6);
  }, 250).unref();
  setTimeout(end, Number(seconds) * 1000);
}

function end(): void {
  endedMs = performance.now();
  cpu = process.cpuUsage(before);
  memory = process.memoryUsage();
  states = Object.fromEntries(
    [...Map.groupBy(cluster.nodes, ({ contact }) => contact.state)].map(([state, those]) => [
      state,
      those.length,
    ]),
  );
  stop.abort();
}

function timed(node: string, channel: Channel): Channel {
  const write = channel.stdin.write.bind(channel.stdin);
  channel.stdin.write = (chunk: unknown) => {
    asked.set(node, performance.now());
    asking += 1;
    return write(chunk);
  };
  return channel;
}

await source.run(cluster.accept, stop.signal);
const wallMs = endedMs - beganMs;
const sorted = lateness.toSorted((a, b) => a - b);
const at = (part: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
console.log(
  JSON.stringify({
    nodes: addresses.length,
    rated: rated.size,
    recorded: recording?.recorded.readings ?? null,
    firstTableSeconds: (firstTableMs ?? Number.NaN) / 1000,
    connectCpuMsPerNode: (connectCpu.user + connectCpu.system) / 1000 / addresses.length,
    cores: (cpu.user + cpu.system) / 1000 / wallMs,
    cpuMsPerSample: (cpu.user + cpu.system) / 1000 / sorted.length,
    rssMb: memory.rss / 1e6,
    mostRssMb: mostMb,
    heapTotalMb: memory.heapTotal / 1e6,
    heapUsedMb: memory.heapUsed / 1e6,
    externalMb: memory.external / 1e6,
    arrayBuffersMb: memory.arrayBuffers / 1e6,
    ticks: (wallMs / intervalMs) * addresses.length,
    asked: asking,
    sampled: sorted.length,
    latenessMs: { p50: at(0.5), p99: at(0.99), max: at(1) },
    events,
    states,
  }),
);
process.exit(0);
