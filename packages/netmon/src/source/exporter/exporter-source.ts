// Reads what runs for Prometheus already: scrapes node_exporter on each node, once an interval.
import { Agent } from 'node:http';
import { isIPv6 } from 'node:net';
import type { HostName } from '@heorot/inventory';
import { pace } from '../pacer.ts';
import type { Source, SourceListener } from '../source.ts';
import { ExporterNode } from './exporter-node.ts';

export interface ExporterSourceOptions {
  readonly nodes: readonly { readonly name: string; readonly address: HostName }[];
  readonly intervalMs: number;
  readonly port: number;
  readonly path: string;
}

/** A page that takes longer is lost; Prometheus's own default. */
const timeoutMs = 10_000;

export class ExporterSource implements Source {
  readonly name = 'node_exporter';
  readonly nodes: readonly string[];
  readonly intervalMs: number;
  readonly #options: ExporterSourceOptions;

  constructor(options: ExporterSourceOptions) {
    this.nodes = options.nodes.map(({ name }) => name);
    this.intervalMs = options.intervalMs;
    this.#options = options;
  }

  async run(listener: SourceListener, signal: AbortSignal): Promise<void> {
    const { nodes, intervalMs, port, path } = this.#options;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const members = nodes.map(({ name, address }) => {
      const host = isIPv6(address) ? `[${address}]` : address;
      const url = new URL(path, `http://${host}:${port}`);
      return new ExporterNode(name, { url, intervalMs, timeoutMs, agent, listener, signal });
    });
    const { promise: stopped, resolve } = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
    using _ = pace(members, intervalMs);
    await stopped;
    agent.destroy();
  }
}
