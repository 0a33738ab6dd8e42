// Which nodes have the most to spare: asked of each node, ranked here.

/** One line; loadavg and the number of processors say how busy, meminfo how full. */
export const loadCommand =
  "echo heorot-load $(cut -d' ' -f1 /proc/loadavg) $(grep -c '^processor' /proc/cpuinfo) $(sed -n 's/^MemAvailable: *//p' /proc/meminfo)";

export interface NodeLoad {
  readonly node: string;
  /** One-minute load average divided by logical CPUs. */
  readonly loadPerProcessor: number;
  readonly availableBytes: number;
}

/** @returns undefined when the node's answer holds no load line */
export function parseLoad(node: string, answer: string): NodeLoad | undefined {
  const [, load, processors, kilobytes] = /^heorot-load ([\d.]+) (\d+) (\d+) kB\r?$/m.exec(answer) ?? [];
  if (load === undefined || Number(processors) === 0) return undefined;
  return {
    node,
    loadPerProcessor: Number(load) / Number(processors),
    availableBytes: Number(kilobytes) * 1024,
  };
}

export type Ranking = 'load' | 'memory';

/** The nodes with the most to spare first; equals keep their order. */
export function rankNodes(loads: readonly NodeLoad[], by: Ranking): readonly NodeLoad[] {
  const spare = (load: NodeLoad) => (by === 'load' ? -load.loadPerProcessor : load.availableBytes);
  return loads.toSorted((a, b) => spare(b) - spare(a));
}
