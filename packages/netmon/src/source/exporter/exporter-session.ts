// Makes readings of the pages of one node's node_exporter. The page has no boot id and no monotonic clock, but the time of
// its reading by the wall clock, and the boot time, which is that clock less the uptime.
import type { Counter } from '../../model/counter.ts';
import type { HostReading, Reading } from '../../model/reading.ts';
import { exposedInterfaces } from './exposed-interfaces.ts';
import { ExposedPage } from './exposed-page.ts';

interface Clock {
  readonly bootId: string;
  /** Wall clock at the zero of our node clock: its boot, as it was first told. */
  readonly baseSeconds: number;
  readonly bootSeconds: number;
  readonly uptimeSeconds: number;
  readonly nodeSeconds: number;
  readonly askedSeconds: number;
}

/** btime is rounded: it moves by one by itself. More is a step of the wall clock. */
const steppedSeconds = 2;
/** By as much an uptime may seem to fall between two pages for rounding; a reboot takes longer. */
const roundedSeconds = 2;

export class ExporterSession {
  readonly #node: string;
  #pages = 0;
  #clock: Clock | undefined;

  constructor(node: string) {
    this.#node = node;
  }

  /**
   * @param askedSeconds monotonic clock of the head: bridges a step of the node's wall clock
   * @param arrivedMs wall clock of the head, ms since 1970
   * @throws HeorotError `exposition-syntax`
   */
  read(text: string, askedSeconds: number, arrivedMs: number): Reading {
    const page = new ExposedPage(text);
    this.#pages += 1;
    const clock = this.#advance(page, askedSeconds, arrivedMs);
    this.#clock = clock;
    return {
      node: this.#node,
      bootId: clock.bootId,
      netns: '-',
      ticks: this.#pages,
      monotonicNs: Math.round(clock.nodeSeconds * 1e9),
      // It does not say for how long the machine slept.
      uptimeSeconds: null,
      bootedAt: page.value('node_boot_time_seconds'),
      arrivedMs,
      bits: 64,
      interfaces: exposedInterfaces(page),
      ports: [],
      host: hostOf(page),
    };
  }

  #advance(page: ExposedPage, askedSeconds: number, arrivedMs: number): Clock {
    const wall = page.value('node_time_seconds') ?? arrivedMs / 1000;
    const bootSeconds = page.value('node_boot_time_seconds') ?? 0;
    const uptimeSeconds = wall - bootSeconds;
    const last = this.#clock;
    if (last === undefined || uptimeSeconds < last.uptimeSeconds - roundedSeconds) {
      const nodeSeconds = wall - bootSeconds;
      return {
        bootId: `booted-${bootSeconds}`,
        baseSeconds: bootSeconds,
        bootSeconds,
        uptimeSeconds,
        nodeSeconds,
        askedSeconds,
      };
    }
    const stepped = Math.abs(bootSeconds - last.bootSeconds) >= steppedSeconds;
    const baseSeconds = stepped
      ? wall - last.nodeSeconds - (askedSeconds - last.askedSeconds)
      : last.baseSeconds;
    return {
      bootId: last.bootId,
      baseSeconds,
      bootSeconds,
      uptimeSeconds,
      nodeSeconds: wall - baseSeconds,
      askedSeconds,
    };
  }
}

const cpuModes = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'];
/** USER_HZ: what the kernel's own ticks of /proc/stat are. */
const ticksPerSecond = 100;

function hostOf(page: ExposedPage): HostReading {
  const [one, five, fifteen] = ['node_load1', 'node_load5', 'node_load15'].map((name) => page.value(name));
  const segments = page.counter('node_netstat_Tcp_OutSegs');
  return {
    load: one == null || five == null || fifteen == null ? null : [one, five, fifteen],
    cpu: processorOf(page),
    memory: {
      totalKib: kib(page.value('node_memory_MemTotal_bytes')),
      freeKib: kib(page.value('node_memory_MemFree_bytes')),
      availableKib: kib(page.value('node_memory_MemAvailable_bytes')),
    },
    tcp:
      segments === null
        ? null
        : {
            inSegments: page.counter('node_netstat_Tcp_InSegs'),
            outSegments: segments,
            retransmitted: page.counter('node_netstat_Tcp_RetransSegs'),
            inErrors: page.counter('node_netstat_Tcp_InErrs'),
          },
    tcpTrouble: {
      listenOverflows: page.counter('node_netstat_TcpExt_ListenOverflows'),
      listenDrops: page.counter('node_netstat_TcpExt_ListenDrops'),
      timeouts: page.counter('node_netstat_TcpExt_TCPTimeouts'),
      synRetransmitted: page.counter('node_netstat_TcpExt_TCPSynRetrans'),
      backlogDrops: null,
    },
    ipvs: null,
  };
}

function processorOf(page: ExposedPage): readonly Counter[] | null {
  const samples = page.family('node_cpu_seconds_total');
  if (samples.length === 0) return null;
  return cpuModes.map((mode): Counter => {
    const seconds = samples
      .filter(({ labels }) => labels.get('mode') === mode)
      .reduce((sum, { value }) => sum + value, 0);
    return BigInt(Math.round(seconds * ticksPerSecond));
  });
}

function kib(bytes: number | null): number | null {
  return bytes === null ? null : Math.round(bytes / 1024);
}
