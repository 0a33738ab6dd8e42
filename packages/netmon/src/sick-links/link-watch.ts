// Gathers what the ranking of sick links looks at from a live cluster: the last samples of each node, the events of the
// last minutes, and the first and last reading that told the errors of a port.
import type { ClusterListener, ClusterState } from '../live/cluster-state.ts';
import type { PortReading, Reading } from '../model/reading.ts';
import type { NetEvent, Sample } from '../model/sample.ts';
import type { Finding } from './finding.ts';
import type { NodeView } from './link-view.ts';
import { rankSickLinks } from './rank-sick-links.ts';
import { SlowWatch } from './slow-watch.ts';

/** Ten are enough to tell; more smooth bursts. */
const ticksKept = 20;
const eventWindowMs = 10 * 60_000;
/** Slow counters come twice a minute. */
const countersKept = 20;

interface Gathered {
  readonly samples: (readonly Sample[])[];
  /** By device and port: those that told errors. */
  readonly ports: Map<string, PortReading[]>;
  readonly slow: SlowWatch;
}

/** Costs memory while it is there: open it for a view, close it after. */
export class LinkWatch implements Disposable {
  readonly #cluster: ClusterState;
  readonly #nodes = new Map<string, Gathered>();
  readonly #listening: Disposable;

  constructor(cluster: ClusterState) {
    this.#cluster = cluster;
    const listener: ClusterListener = {
      reading: (reading) => this.#read(reading),
      samples: (samples) => this.#take(samples),
      restarted: () => this.#nodes.clear(),
    };
    this.#listening = cluster.listen(listener);
  }

  /** @param groupOf whose peers a node is compared with: its rack, or one name for all */
  findings(groupOf: (node: string) => string): readonly Finding[] {
    return rankSickLinks(this.#views(groupOf));
  }

  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]();
  }

  #views(groupOf: (node: string) => string): readonly NodeView[] {
    const { nodes, events } = this.#cluster;
    const newest = Math.max(0, ...events.slice(-1).map(({ time }) => Date.parse(time)));
    const recent = events.filter(({ time }) => newest - Date.parse(time) < eventWindowMs);
    const eventsOf = Map.groupBy(recent, ({ node }) => node);
    return nodes.map(({ node, facts, contact }): NodeView => {
      const gathered = contact.state === 'down' ? undefined : this.#nodes.get(node);
      return {
        node,
        group: groupOf(node),
        facts: gathered === undefined ? [] : [...facts.values()],
        samples: gathered?.samples.flat() ?? [],
        events: eventsOf.get(node) ?? ([] satisfies NetEvent[]),
        ports: [...(gathered?.ports.values() ?? [])].flatMap(endsOf),
        ...(gathered === undefined ? {} : { slow: gathered.slow.view }),
      };
    });
  }

  #read(reading: Reading): void {
    const { node, ports } = reading;
    this.#of(node).slow.read(reading);
    for (const port of ports) {
      if (port.errors === null) continue;
      const key = `${port.facts.device}/${port.facts.port}`;
      const known = this.#of(node).ports;
      const kept = known.get(key) ?? [];
      known.set(key, kept);
      kept.push(port);
      if (kept.length > countersKept) kept.shift();
    }
  }

  #take(samples: readonly Sample[]): void {
    const [first] = samples;
    if (first === undefined) return;
    const kept = this.#of(first.node).samples;
    kept.push(samples);
    if (kept.length > ticksKept) kept.shift();
  }

  #of(node: string): Gathered {
    const known = this.#nodes.get(node) ?? { samples: [], ports: new Map(), slow: new SlowWatch() };
    this.#nodes.set(node, known);
    return known;
  }
}

function endsOf(readings: readonly PortReading[]): NodeView['ports'] {
  const [first, last] = [readings[0], readings.at(-1)];
  return first === undefined || last === undefined ? [] : [{ first, last }];
}
