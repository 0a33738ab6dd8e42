// A namespaces lab under watch: real sshd, real interfaces, and everything that the live cluster told, to wait for and to check.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFanout, targetsOf } from '@heorot/fanout';
import { openInventory } from '@heorot/inventory';
import { type NamespacesLab, type NamespacesLabOptions, startNamespacesLab } from '@heorot/lab';
import { LiveCluster } from '../src/live/live-cluster.ts';
import type { InterfaceSample, NetEvent, Sample } from '../src/model/sample.ts';
import type { Contact } from '../src/source/source.ts';
import { StreamSource } from '../src/source/stream/stream-source.ts';

export interface WatchedLab extends AsyncDisposable {
  readonly lab: NamespacesLab;
  readonly cluster: LiveCluster;
  readonly samples: readonly Sample[];
  readonly events: readonly NetEvent[];
  readonly contacts: readonly Contact[];
  /** Begins to watch; the lab's nodes can be prepared before. */
  start(): void;
  /** Resolves with what `find` finds. */
  wait<Found>(what: string, find: () => Found | undefined): Promise<Found>;
  /** `name: detail` of the node's events from the given count on. */
  eventsOf(node: string): readonly string[];
  /** A line for sh in the network namespace of the node. */
  inside(node: string, line: string): string;
}

export async function watchLab(
  options: Omit<NamespacesLabOptions, 'folder'>,
  intervalMs: number,
): Promise<WatchedLab> {
  const folder = mkdtempSync(join(tmpdir(), 'heorot-netmon-'));
  const lab = await startNamespacesLab({ ...options, folder: join(folder, 'lab') });
  const inventory = await openInventory({ clusterFile: lab.clusterFile, env: {}, cwd: folder });
  const fanout = openFanout({ inventory, connection: { sshConfigFile: lab.sshConfig } });
  const targets = targetsOf(inventory, await inventory.all(), { connectTimeoutMs: 2000 });
  const source = new StreamSource({
    name: 'ssh',
    fanout,
    targets,
    intervalMs,
    connectWindow: 8,
    random: () => 0,
  });
  const cluster = new LiveCluster({ nodes: source.nodes, intervalMs });
  const samples: Sample[] = [];
  const events: NetEvent[] = [];
  const contacts: Contact[] = [];
  cluster.listen({
    samples: (those) => void samples.push(...those),
    event: (event) => void events.push(event),
    contact: (contact) => void contacts.push(contact),
  });
  const stop = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const namespaceOf = (node: string) => {
    const [, second, third] = lab.nodes.find(({ name }) => name === node)?.address.split('.') ?? [];
    return `heorot-${second}-${third}-${node}`;
  };
  return {
    lab,
    cluster,
    samples,
    events,
    contacts,
    start: () => {
      running = source.run(cluster.accept, stop.signal);
    },
    wait: async (what, find) => {
      for (let tries = 0; tries < 1200; tries++) {
        const found = find();
        if (found !== undefined) return found;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      throw new Error(
        `waited in vain for ${what}; events: ${events.map(({ node, event, detail }) => `${node} ${event}: ${detail}`).join('; ')}`,
      );
    },
    eventsOf: (node) =>
      events.filter((each) => each.node === node).map(({ event, detail }) => `${event}: ${detail}`),
    inside: (node, line) =>
      execFileSync('ip', ['netns', 'exec', namespaceOf(node), 'sh', '-ec', line], { encoding: 'utf8' }),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
      await fanout[Symbol.asyncDispose]();
      await lab[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Process ids in the node's namespace whose command line holds the text. */
export function processesOf(watched: WatchedLab, node: string, text: string): readonly number[] {
  const pids = watched
    .inside(node, 'ip netns identify $$ >/dev/null; ip netns pids "$(ip netns identify $$)"')
    .split('\n');
  return pids
    .filter((pid) => pid !== '')
    .filter((pid) => {
      try {
        const state = / ([A-Za-z]) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
        return state !== 'Z' && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
      } catch {
        return false;
      }
    })
    .map(Number);
}

const directions = [
  ['rxBytesPerSecond', 'rxBytes'],
  ['txBytesPerSecond', 'txBytes'],
] as const;

/**
 * Rates that are not the growth of the counter since the sample before it: there must be none, whatever happened. More than
 * a gigabyte a second was never carried here.
 */
export function falseRates(samples: readonly Sample[]): readonly string[] {
  const last = new Map<string, InterfaceSample>();
  const found: string[] = [];
  for (const sample of samples) {
    if (sample.type !== 'sample' || sample.interface === null) continue;
    const key = `${sample.node} ${sample.interface}`;
    const before = last.get(key);
    last.set(key, sample);
    for (const [rateName, counterName] of directions) {
      const rate = sample[rateName];
      if (rate === null) continue;
      const carried = Math.round(rate * (sample.seconds ?? Number.NaN));
      const grown = Number((sample[counterName] ?? 0n) - (before?.[counterName] ?? 0n));
      if (before === undefined || carried !== grown || rate < 0 || rate > 1e9) {
        found.push(`${key} at ${sample.time}: ${rate} B/s ${counterName}, grown by ${grown}`);
      }
    }
  }
  return found;
}

/** What the printed rates of the node's interfaces add up to, and what its counters grew by, in bytes. */
export function integralOf(samples: readonly Sample[], node: string) {
  const own = samples.filter(
    (each): each is InterfaceSample =>
      each.type === 'sample' && each.node === node && each.interface !== null,
  );
  return [...Map.groupBy(own, (each) => each.interface)].flatMap(([name, those]) =>
    directions.map(([rateName, counterName]) => ({
      counter: `${name} ${counterName}`,
      printed: those.reduce((sum, each) => sum + Math.round((each[rateName] ?? 0) * (each.seconds ?? 0)), 0),
      grown: Number((those.at(-1)?.[counterName] ?? 0n) - (those[0]?.[counterName] ?? 0n)),
    })),
  );
}
