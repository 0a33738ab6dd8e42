// The one ClusterState: an array of live nodes, the last events, and who listens.
import type { NetEvent } from '../model/sample.ts';
import type { SourceListener, SourceOutput } from '../source/source.ts';
import type { ClusterListener, ClusterState } from './cluster-state.ts';
import { LiveNode } from './live-node.ts';

export interface LiveClusterOptions {
  /** In the order in which they are shown; a node that a source tells of besides these is appended. */
  readonly nodes: readonly string[];
  readonly intervalMs: number;
  /** Names of interfaces that are looked at instead of the physical ones; shell wildcards `*` and `?`. Default none. */
  readonly interfaces?: readonly string[];
  /** Wall clock, ms since 1970. */
  readonly now?: () => number;
}

const eventsKept = 2000;

/**
 * @example
 * const cluster = new LiveCluster({ nodes: source.nodes, intervalMs: source.intervalMs });
 * await source.run(cluster.accept, signal);
 */
export class LiveCluster implements ClusterState {
  readonly intervalMs: number;
  readonly accept: SourceListener = (output) => this.#accept(output);
  readonly #nodes = new Map<string, LiveNode>();
  readonly #listeners = new Set<ClusterListener>();
  readonly #interfaces: readonly string[];
  readonly #now: () => number;
  #order: LiveNode[];
  #events: NetEvent[] = [];

  constructor({ nodes, intervalMs, interfaces = [], now = Date.now }: LiveClusterOptions) {
    this.intervalMs = intervalMs;
    this.#interfaces = interfaces;
    this.#now = now;
    this.#order = nodes.map((name) => this.#add(name));
  }

  get nodes(): readonly LiveNode[] {
    return this.#order;
  }

  get events(): readonly NetEvent[] {
    return this.#events;
  }

  node(name: string): LiveNode | undefined {
    return this.#nodes.get(name);
  }

  listen(listener: ClusterListener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** Forgets all that was told: what follows is of another time. */
  restart(): void {
    const names = this.#order.map(({ node }) => node);
    this.#nodes.clear();
    this.#order = names.map((name) => this.#add(name));
    this.#events = [];
    for (const listener of this.#listeners) listener.restarted?.();
  }

  #accept(output: SourceOutput): void {
    switch (output.kind) {
      case 'contact':
        this.#nodeOf(output.contact.node).meet(output.contact);
        for (const listener of this.#listeners) listener.contact?.(output.contact);
        break;
      case 'event':
        this.#tell(output.event);
        break;
      case 'reading': {
        const { samples, events } = this.#nodeOf(output.reading.node).take(output.reading);
        for (const listener of this.#listeners) listener.reading?.(output.reading);
        for (const event of events) this.#tell(event);
        if (samples.length === 0) break;
        for (const listener of this.#listeners) listener.samples?.(samples);
      }
    }
  }

  #tell(event: NetEvent): void {
    // Half of them at a time, so that each one costs nothing.
    if (this.#events.length >= eventsKept) this.#events = this.#events.slice(eventsKept / 2);
    this.#events.push(event);
    for (const listener of this.#listeners) listener.event?.(event);
  }

  #nodeOf(name: string): LiveNode {
    const known = this.#nodes.get(name);
    if (known !== undefined) return known;
    const added = this.#add(name);
    this.#order = [...this.#order, added];
    return added;
  }

  #add(name: string): LiveNode {
    const { intervalMs } = this;
    const node = new LiveNode(name, { intervalMs, interfaces: this.#interfaces, sinceMs: this.#now() });
    this.#nodes.set(name, node);
    return node;
  }
}
