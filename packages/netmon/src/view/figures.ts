// The figures of a row: of a node, of some of its interfaces, or of a group of nodes. null = not known, never 0.
import { matchesGlob } from 'node:path';
import type { NodeStatus } from '../live/node-status.ts';
import type { InterfaceSample, NodeSample } from '../model/sample.ts';

export interface Figures {
  /** Bytes per second. */
  readonly received: number | null;
  readonly sent: number | null;
  /** Per second, of both directions. */
  readonly packets: number | null;
  readonly errors: number | null;
  readonly drops: number | null;
  /** Of the busiest link, 0 to 1. */
  readonly utilisation: number | null;
  readonly retransmits: number | null;
  readonly load: number | null;
  readonly cpu: number | null;
  readonly memory: number | null;
  /** Seconds since the last sample arrived. */
  readonly age: number | null;
}

/** @param interfaces names or patterns separated by blanks or commas; empty = what the node is the sum of */
export function figuresOf(status: NodeStatus, interfaces: string, nowMs: number): Figures {
  const age = status.receivedMs === undefined ? null : Math.max(0, nowMs - status.receivedMs) / 1000;
  // What a node told before it went down is not what it does now.
  if (status.sample === undefined || status.contact.state === 'down') return { ...unknownFigures, age };
  const { sample } = status;
  const chosen = chosenInterfaces(status, interfaces);
  return {
    ...trafficOf(interfaces === '' ? [sample] : chosen),
    utilisation: largest(chosen.map((each) => each.utilisation)),
    retransmits: sample.retransmitRatio,
    load: sample.load1,
    cpu: sample.cpuBusy,
    memory: sample.memoryUsed,
    age,
  };
}

export const unknownFigures: Figures = {
  received: null,
  sent: null,
  packets: null,
  errors: null,
  drops: null,
  utilisation: null,
  retransmits: null,
  load: null,
  cpu: null,
  memory: null,
  age: null,
};

/** Sums of what flows, the largest of what is a share, the mean of what a node has one of; over the nodes that know it. */
export function totalFigures(all: readonly Figures[]): Figures {
  return {
    received: sumOfKnown(all.map((each) => each.received)),
    sent: sumOfKnown(all.map((each) => each.sent)),
    packets: sumOfKnown(all.map((each) => each.packets)),
    errors: sumOfKnown(all.map((each) => each.errors)),
    drops: sumOfKnown(all.map((each) => each.drops)),
    utilisation: largest(all.map((each) => each.utilisation)),
    retransmits: largest(all.map((each) => each.retransmits)),
    load: meanOfKnown(all.map((each) => each.load)),
    cpu: meanOfKnown(all.map((each) => each.cpu)),
    memory: meanOfKnown(all.map((each) => each.memory)),
    age: largest(all.map((each) => each.age)),
  };
}

export function chosenInterfaces(status: NodeStatus, interfaces: string): readonly InterfaceSample[] {
  if (interfaces === '') return status.interfaces.filter(({ counted }) => counted);
  const patterns = interfaces.split(/[\s,]+/).filter((pattern) => pattern !== '');
  return status.interfaces.filter((sample) =>
    patterns.some((pattern) => matchesGlob(sample.interface, pattern)),
  );
}

function trafficOf(samples: readonly (InterfaceSample | NodeSample)[]) {
  const sum = (figure: (sample: InterfaceSample | NodeSample) => number | null) =>
    sumOfAll(samples.map(figure));
  return {
    received: sum((sample) => sample.rxBytesPerSecond),
    sent: sum((sample) => sample.txBytesPerSecond),
    packets: sum((sample) => plus(sample.rxPacketsPerSecond, sample.txPacketsPerSecond)),
    errors: sum((sample) => plus(sample.rxErrorsPerSecond, sample.txErrorsPerSecond)),
    drops: sum((sample) => plus(sample.rxDroppedPerSecond, sample.txDroppedPerSecond)),
  };
}

function plus(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}

/** A sum with an unknown part is not known; neither is that of nothing. */
function sumOfAll(values: readonly (number | null)[]): number | null {
  return values.length === 0 ? null : values.reduce(plus);
}

function sumOfKnown(values: readonly (number | null)[]): number | null {
  return sumOfAll(values.filter((value) => value !== null));
}

function meanOfKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  const sum = sumOfAll(known);
  return sum === null ? null : sum / known.length;
}

function largest(values: readonly (number | null)[]): number | null {
  return values.reduce(
    (best, value) => (best === null || (value !== null && value > best) ? value : best),
    null,
  );
}
