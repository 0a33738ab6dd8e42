// The cluster at one moment, as the page gets it.

import type { NodeStatus } from '../live/node-status.ts';
import type { NetEvent } from '../model/sample.ts';
import type { Finding } from '../sick-links/finding.ts';
import { figuresOf } from '../view/figures.ts';
import { type Frame, figureNames, type WireEvent, type WireInterface, type WireNode } from './wire.ts';

/** The page shows three figures; a fourth lets sums be right. */
const digits = 4;
/** More sick links than one can look at; the worst come first. */
const mostFindings = 500;

export function frameOf(nodes: readonly NodeStatus[], findings: readonly Finding[], timeMs: number): Frame {
  return {
    timeMs,
    nodes: nodes.map((status) => wireNode(status, timeMs)),
    findings: findings.slice(0, mostFindings).map((finding) => ({ ...finding })),
  };
}

function wireNode(status: NodeStatus, timeMs: number): WireNode {
  const { node, contact } = status;
  const figures = figuresOf(status, '', timeMs);
  const { state, sinceMs, detail } = contact;
  return [node, state, Math.round(sinceMs), detail, ...figureNames.map((name) => brief(figures[name]))];
}

/** Few digits: half of the bytes of a frame. */
export function brief(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : Number(value.toPrecision(digits));
}

export function wireEvent({ time, node, event, detail }: NetEvent): WireEvent {
  return { timeMs: Date.parse(time), node, event, detail };
}

export function wireInterfaces({ facts, interfaces, contact }: NodeStatus): readonly WireInterface[] {
  const down = contact.state === 'down';
  return interfaces.map((sample) => {
    const known = facts.get(sample.interface);
    const figure = (value: number | null) => (down ? null : brief(value));
    return {
      name: sample.interface,
      state: known?.state ?? null,
      speedMbit: sample.speedMbit,
      duplex: known?.duplex ?? null,
      driver: known?.driver ?? null,
      counted: sample.counted,
      received: figure(sample.rxBytesPerSecond),
      sent: figure(sample.txBytesPerSecond),
      packets: figure(sum(sample.rxPacketsPerSecond, sample.txPacketsPerSecond)),
      errors: figure(sum(sample.rxErrorsPerSecond, sample.txErrorsPerSecond)),
      drops: figure(sum(sample.rxDroppedPerSecond, sample.txDroppedPerSecond)),
      utilisation: figure(sample.utilisation),
    };
  });
}

function sum(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}
