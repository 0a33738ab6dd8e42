// What the ranking of sick links looks at: the nodes of a group over a window of time, and the figures drawn from it.
import type { InterfaceFacts } from '../model/interface-facts.ts';
import type { PortReading } from '../model/reading.ts';
import type { InterfaceSample, NetEvent, NodeSample, Sample } from '../model/sample.ts';
import { countedInterfaces } from '../rates/interface-class.ts';
import type { SlowView } from './slow-findings.ts';

/** One node over the window. */
export interface NodeView {
  readonly node: string;
  /** Peers are compared with each other only: a rack, or one name for all. */
  readonly group: string;
  readonly facts: readonly InterfaceFacts[];
  /** Of the window, in any order. */
  readonly samples: readonly Sample[];
  readonly events: readonly NetEvent[];
  /** The first and the last reading of the window that told the errors of a port. */
  readonly ports: readonly { readonly first: PortReading; readonly last: PortReading }[];
  /** Missing where no slow counter was told. */
  readonly slow?: SlowView;
}

/** One counted link with its means over the window; null = never known in it. */
export interface LinkView {
  readonly node: string;
  readonly group: string;
  readonly facts: InterfaceFacts;
  readonly bytesPerSecond: number | null;
  readonly sentBytesPerSecond: number | null;
  /** Of all packets of both directions, from 0. */
  readonly errorRatio: number | null;
  readonly dropRatio: number | null;
  readonly txDropsPerSecond: number | null;
  readonly flaps: number;
  /** How many others of the same bond have a carrier; null where it is in no bond. */
  readonly otherLegs: number | null;
  /** Carries the most of its node: what is told for the node only is put down to it. */
  readonly busiest: boolean;
  /** Of the node: the kernel does not tell it for a link. */
  readonly retransmitRatio: number | null;
}

/** The links that are counted: each cable once. */
export function linksOf(view: NodeView): readonly LinkView[] {
  const onNode = view.samples.filter(isNodeSample);
  const retransmitRatio = mean(onNode, (sample) => sample.retransmitRatio);
  const links = countedInterfaces(view.facts).map((facts): Omit<LinkView, 'busiest'> => {
    const samples = view.samples
      .filter(isInterfaceSample)
      .filter((sample) => sample.interface === facts.name);
    const packets = sum(
      mean(samples, (each) => each.rxPacketsPerSecond),
      mean(samples, (each) => each.txPacketsPerSecond),
    );
    const sentBytesPerSecond = mean(samples, (each) => each.txBytesPerSecond);
    const errors = mean(samples, (each) => sum(each.rxErrorsPerSecond, each.txErrorsPerSecond));
    const txDropsPerSecond = mean(samples, (each) => each.txDroppedPerSecond);
    const drops = sum(
      mean(samples, (each) => each.rxDroppedPerSecond),
      txDropsPerSecond,
    );
    return {
      node: view.node,
      group: view.group,
      facts,
      bytesPerSecond: sum(
        mean(samples, (each) => each.rxBytesPerSecond),
        sentBytesPerSecond,
      ),
      sentBytesPerSecond,
      errorRatio: ratio(errors, packets),
      dropRatio: ratio(drops, packets),
      txDropsPerSecond,
      flaps: view.events.filter(
        ({ event, interface: on }) => event === 'carrier-flapped' && on === facts.name,
      ).length,
      otherLegs: otherLegs(facts, view.facts),
      retransmitRatio,
    };
  });
  const carried = ({ bytesPerSecond }: Omit<LinkView, 'busiest'>) => bytesPerSecond ?? -1;
  const busiest = links.toSorted((one, other) => carried(other) - carried(one))[0];
  return links.map((link) => ({ ...link, busiest: link === busiest }));
}

function otherLegs({ name, master }: InterfaceFacts, all: readonly InterfaceFacts[]): number | null {
  if (master === null || all.find(({ ifindex }) => ifindex === master)?.bond !== true) return null;
  return all.filter((each) => each.master === master && each.name !== name && each.carrier === true).length;
}

/** Weighted by the length of the intervals, over those in which the figure is known. */
function mean<Each extends InterfaceSample | NodeSample>(
  samples: readonly Each[],
  figure: (sample: Each) => number | null,
): number | null {
  let [total, seconds] = [0, 0];
  for (const sample of samples) {
    const value = figure(sample);
    if (value === null || sample.seconds === null) continue;
    total += value * sample.seconds;
    seconds += sample.seconds;
  }
  return seconds === 0 ? null : total / seconds;
}

function sum(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}

/** Of what was carried and what was not. */
function ratio(bad: number | null, packets: number | null): number | null {
  if (bad === null || packets === null) return null;
  return bad === 0 ? 0 : bad / (bad + packets);
}

function isNodeSample(sample: Sample): sample is NodeSample {
  return sample.type === 'sample' && sample.interface === null;
}

function isInterfaceSample(sample: Sample): sample is InterfaceSample {
  return sample.type === 'sample' && sample.interface !== null;
}
