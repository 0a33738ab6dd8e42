// One node of the node_exporter source: a page a tick, one at a time, over a connection that stays open.
import type { Agent } from 'node:http';
import { HeorotError } from '@heorot/inventory';
import { NodeContact } from '../node-contact.ts';
import type { Paced } from '../pacer.ts';
import type { SourceListener } from '../source.ts';
import { ExporterSession } from './exporter-session.ts';
import { fetchPage, PageError } from './fetch-page.ts';

export interface ExporterNodeOptions {
  /** With the collectors that are wanted, where the exporter can leave the others out. */
  readonly url: URL;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly agent: Agent;
  readonly listener: SourceListener;
  readonly signal: AbortSignal;
}

/** Those that have what a reading holds; the others cost the node two thirds of a page. */
const collectors = ['netdev', 'netclass', 'bonding', 'loadavg', 'meminfo', 'cpu', 'netstat', 'stat', 'time'];

export class ExporterNode implements Paced {
  readonly #options: ExporterNodeOptions;
  readonly #contact: NodeContact;
  readonly #session: ExporterSession;
  #filtered = true;
  #askedMs: number | undefined;

  constructor(node: string, options: ExporterNodeOptions) {
    this.#options = options;
    this.#contact = new NodeContact(node, options.listener);
    this.#session = new ExporterSession(node);
  }

  tick(nowMs: number): void {
    if (this.#askedMs !== undefined || this.#options.signal.aborted) return;
    if (this.#contact.state === 'waiting') this.#contact.trying('connecting');
    this.#askedMs = nowMs;
    void this.#scrape(nowMs);
  }

  check(nowMs: number): void {
    if (this.#askedMs === undefined || this.#contact.state === 'connecting') return;
    this.#contact.silent(nowMs - this.#askedMs, this.#options.intervalMs);
  }

  excuse(forMs: number): void {
    if (this.#askedMs !== undefined) this.#askedMs += forMs;
  }

  async #scrape(nowMs: number): Promise<void> {
    const { url, agent, timeoutMs, signal } = this.#options;
    const wanted = new URL(url);
    if (this.#filtered) for (const name of collectors) wanted.searchParams.append('collect[]', name);
    try {
      const text = await fetchPage(wanted, { agent, timeoutMs, signal });
      this.#contact.reading(this.#session.read(text, nowMs / 1000, Date.now()));
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof PageError && error.status === 400 && this.#filtered) this.#filtered = false;
      else if (error instanceof PageError || error instanceof HeorotError) this.#contact.down(error.message);
      else throw error;
    } finally {
      this.#askedMs = undefined;
    }
  }
}
