// One node of the live cluster: makes rates of its readings and keeps the last of everything.
import type { MachineFacts } from '../facts/machine-facts.ts';
import type { InterfaceFacts } from '../model/interface-facts.ts';
import type { Reading } from '../model/reading.ts';
import type { InterfaceSample, NodeSample, PortSample, Sample } from '../model/sample.ts';
import { type Advance, advanceNode, type NodeState } from '../rates/node-rates.ts';
import type { Contact } from '../source/source.ts';
import type { NodeStatus } from './node-status.ts';
import { RateHistory } from './rate-history.ts';

export interface LiveNodeOptions {
  readonly intervalMs: number;
  readonly interfaces: readonly string[];
  readonly sinceMs: number;
}

/** A node has ten minutes at one a second; its interfaces three, as there may be many. */
const interfaceTicks = 180;

export class LiveNode implements NodeStatus {
  readonly node: string;
  contact: Contact;
  sample: NodeSample | undefined;
  interfaces: readonly InterfaceSample[] = [];
  ports: readonly PortSample[] = [];
  facts: ReadonlyMap<string, InterfaceFacts> = new Map();
  machine: MachineFacts | undefined;
  receivedMs: number | undefined;
  readonly history = new RateHistory();
  readonly #histories = new Map<string, RateHistory>();
  readonly #rateOptions: { readonly intervalMs: number; readonly interfaces: readonly string[] };
  #state: NodeState | undefined;

  constructor(node: string, { intervalMs, interfaces, sinceMs }: LiveNodeOptions) {
    this.node = node;
    this.contact = { node, state: 'waiting', sinceMs, detail: null };
    this.#rateOptions = { intervalMs, interfaces };
  }

  /** The last reading, whole; undefined before the first. */
  get reading(): Reading | undefined {
    return this.#state?.last;
  }

  interfaceHistory(name: string): RateHistory | undefined {
    return this.#histories.get(name);
  }

  meet(contact: Contact): void {
    this.contact = contact;
  }

  take(reading: Reading): Advance {
    const before = this.#state;
    const advance = advanceNode(before, reading, this.#rateOptions);
    this.#state = advance.state;
    this.receivedMs = reading.arrivedMs;
    if (advance.samples.length === 0) return advance;
    if (!sameFacts(before?.last, reading)) this.#learn(reading);
    this.#keep(advance.samples, reading.arrivedMs);
    return advance;
  }

  #learn({ interfaces }: Reading): void {
    this.facts = new Map(interfaces.map(({ facts }) => [facts.name, facts]));
    for (const name of this.#histories.keys()) if (!this.facts.has(name)) this.#histories.delete(name);
  }

  #keep(samples: readonly Sample[], timeMs: number): void {
    const interfaces: InterfaceSample[] = [];
    const ports: PortSample[] = [];
    for (const sample of samples) {
      if (sample.type === 'port') ports.push(sample);
      else if (sample.interface === null) {
        this.sample = sample;
        this.history.add(timeMs, sample.rxBytesPerSecond, sample.txBytesPerSecond);
      } else {
        interfaces.push(sample);
        this.#historyOf(sample.interface).add(timeMs, sample.rxBytesPerSecond, sample.txBytesPerSecond);
      }
    }
    this.interfaces = interfaces;
    this.ports = ports;
  }

  #historyOf(name: string): RateHistory {
    const known = this.#histories.get(name) ?? new RateHistory(interfaceTicks);
    this.#histories.set(name, known);
    return known;
  }
}

/** A sampler's session hands out the same objects while they do not change. */
function sameFacts(before: Reading | undefined, { interfaces }: Reading): boolean {
  if (before === undefined || before.interfaces.length !== interfaces.length) return false;
  return interfaces.every(({ facts }, at) => facts === before.interfaces[at]?.facts);
}
