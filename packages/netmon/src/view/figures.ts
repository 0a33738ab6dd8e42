// The figures of a node, or of some of its interfaces. null = not known, never 0.
import { matchesGlob } from 'node:path';
import type { NodeStatus } from '../live/node-status.ts';
import type { InterfaceSample, NodeSample } from '../model/sample.ts';
import { type Figures, unknownFigures } from './total-figures.ts';

/** @param interfaces names or patterns separated by blanks or commas; empty = what the node is the sum of */
export function figuresOf(status: NodeStatus, interfaces: string, nowMs: number): Figures {
  const age = status.receivedMs === undefined ? null : Math.max(0, nowMs - status.receivedMs) / 1000;
  // What a node told before it went down is not what it does now.
  if (status.sample === undefined || status.contact.state === 'down') return { ...unknownFigures, age };
  const { sample } = status;
  // Without a choice nothing is made of the interfaces: this is done for every node in every frame.
  const chosen = interfaces === '' ? status.interfaces : chosenInterfaces(status, interfaces);
  const { received, sent, packets, errors, drops } = trafficOf(interfaces === '' ? [sample] : chosen);
  return {
    received,
    sent,
    packets,
    errors,
    drops,
    utilisation: highestUtilisation(chosen, interfaces === ''),
    retransmits: sample.retransmitRatio,
    load: sample.load1,
    cpu: sample.cpuBusy,
    memory: sample.memoryUsed,
    age,
  };
}

/** Received and sent by all nodes that tell it, in bytes per second: what {@link totalFigures} has, for less. */
export function totalRates(
  nodes: readonly NodeStatus[],
  interfaces: string,
): Pick<Figures, 'received' | 'sent'> {
  let received: number | null = null;
  let sent: number | null = null;
  for (const status of nodes) {
    const { sample, contact } = status;
    if (sample === undefined || contact.state === 'down') continue;
    for (const each of interfaces === '' ? [sample] : chosenInterfaces(status, interfaces)) {
      if (each.rxBytesPerSecond !== null) received = (received ?? 0) + each.rxBytesPerSecond;
      if (each.txBytesPerSecond !== null) sent = (sent ?? 0) + each.txBytesPerSecond;
    }
  }
  return { received, sent };
}

export function chosenInterfaces(status: NodeStatus, interfaces: string): readonly InterfaceSample[] {
  if (interfaces === '') return status.interfaces.filter(({ counted }) => counted);
  const patterns = interfaces.split(/[\s,]+/).filter((pattern) => pattern !== '');
  return status.interfaces.filter((sample) =>
    patterns.some((pattern) => matchesGlob(sample.interface, pattern)),
  );
}

function trafficOf(samples: readonly (InterfaceSample | NodeSample)[]) {
  // A sum with an unknown part is not known; neither is that of nothing.
  const traffic: Traffic = samples.length === 0 ? unknownFigures : noTraffic;
  return samples.reduce(
    (sum, sample): Traffic => ({
      received: plus(sum.received, sample.rxBytesPerSecond),
      sent: plus(sum.sent, sample.txBytesPerSecond),
      packets: plus(sum.packets, plus(sample.rxPacketsPerSecond, sample.txPacketsPerSecond)),
      errors: plus(sum.errors, plus(sample.rxErrorsPerSecond, sample.txErrorsPerSecond)),
      drops: plus(sum.drops, plus(sample.rxDroppedPerSecond, sample.txDroppedPerSecond)),
    }),
    traffic,
  );
}

type Traffic = Pick<Figures, 'received' | 'sent' | 'packets' | 'errors' | 'drops'>;

const noTraffic: Traffic = { received: 0, sent: 0, packets: 0, errors: 0, drops: 0 };

function plus(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}

/** Of the busiest link. */
function highestUtilisation(samples: readonly InterfaceSample[], countedOnly: boolean): number | null {
  let best: number | null = null;
  for (const { utilisation, counted } of samples) {
    if (utilisation === null || (countedOnly && !counted)) continue;
    if (best === null || utilisation > best) best = utilisation;
  }
  return best;
}
