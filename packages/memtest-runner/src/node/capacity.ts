// What a node is able to test, from the answer to node/probe-script.ts.
import { probeMarker } from './probe-script.ts';

export interface Capacity {
  /** Absolute, on the node. */
  readonly spool: string;
  /** As `uname -m` says it. */
  readonly architecture: string;
  readonly root: boolean;
  readonly totalBytes: number;
  readonly availableBytes: number;
  readonly cores: number;
  readonly cpus: number;
  /** Sum of all last-level caches, from sysfs. */
  readonly cacheBytes: number;
  readonly numaNodes: number;
  /** Free space for the spool; null where df does not tell. */
  readonly freeBytes: number | null;
  readonly starter: 'systemd-run' | 'setsid';
  /** Of memtester, stressapptest, numactl, taskset and gcc. */
  readonly programs: readonly string[];
  /** File names of engines that lie there, with the right contents. */
  readonly engines: readonly string[];
  /** The run that tests this node now. */
  readonly running: string | null;
}

/** undefined for an answer that is not whole, or not from a Linux that tells its memory. */
export function parseCapacity(text: string): Capacity | undefined {
  const [, body] = text.split(`${probeMarker}\n`);
  if (body === undefined) return undefined;
  const values = new Map<string, string[]>();
  for (const line of body.split('\n')) {
    const [key = '', ...rest] = line.split('\t');
    values.set(key, [...(values.get(key) ?? []), rest.join('\t')]);
  }
  const first = (key: string) => values.get(key)?.[0] ?? '';
  const number = (key: string) => (/^\d+$/.test(first(key)) ? Number(first(key)) : null);
  const total = number('totalKilobytes');
  if (!values.has('end') || total === null || first('spool') === '') return undefined;
  const free = number('freeKilobytes');
  return {
    spool: first('spool'),
    architecture: first('architecture'),
    root: first('user') === '0',
    totalBytes: total * 1024,
    availableBytes: (number('availableKilobytes') ?? 0) * 1024,
    cores: number('cores') || 1,
    cpus: number('cpus') || 1,
    cacheBytes: (number('cacheKilobytes') ?? 0) * 1024,
    numaNodes: number('numaNodes') || 1,
    freeBytes: free === null ? null : free * 1024,
    starter: first('starter') === 'systemd-run' ? 'systemd-run' : 'setsid',
    programs: values.get('program') ?? [],
    engines: values.get('engine') ?? [],
    running: values.get('running')?.[0] ?? null,
  };
}
