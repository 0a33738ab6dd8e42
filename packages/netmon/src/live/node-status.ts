// What is known of each node at this moment: what tables, heat maps, pages and `once` are drawn from.
import type { MachineFacts } from '../facts/machine-facts.ts';
import type { InterfaceFacts } from '../model/interface-facts.ts';
import type { InterfaceSample, NodeSample, PortSample } from '../model/sample.ts';
import type { Contact } from '../source/source.ts';
import type { RateHistory } from './rate-history.ts';

export interface NodeStatus {
  readonly node: string;
  readonly contact: Contact;
  /** The last ones received; undefined before the first. Of a node that is down they are old: see `receivedMs`. */
  readonly sample: NodeSample | undefined;
  readonly interfaces: readonly InterfaceSample[];
  readonly ports: readonly PortSample[];
  /** By interface name. */
  readonly facts: ReadonlyMap<string, InterfaceFacts>;
  /** Of the machine that netmon runs on, once it is known; undefined for all others. */
  readonly machine: MachineFacts | undefined;
  /** Wall clock of the head when the last reading arrived. */
  readonly receivedMs: number | undefined;
  /** Rates of the node over the last ticks, for sparklines. */
  readonly history: RateHistory;
  /** The same of one interface; undefined for one that is not there. */
  interfaceHistory(name: string): RateHistory | undefined;
}
