// The cluster as it stood at one moment, for a view that is paused while sampling goes on.
import type { NodeStatus } from '../live/node-status.ts';
import { RateHistory } from '../live/rate-history.ts';
import type { Scene } from './scene.ts';

/** As much of the past as a wide chart shows. */
const pointsKept = 240;

export function freeze<Frozen extends Pick<Scene, 'nodes' | 'events' | 'findings' | 'nowMs'>>(
  scene: Frozen,
): Frozen {
  return { ...scene, nodes: scene.nodes.map(frozenNode), events: [...scene.events] };
}

function frozenNode(status: NodeStatus): NodeStatus {
  const { node, contact, sample, interfaces, ports, facts, machine, receivedMs } = status;
  const histories = new Map(
    [...facts.keys()].map((name) => [name, frozenHistory(status.interfaceHistory(name))] as const),
  );
  return {
    node,
    contact,
    sample,
    interfaces,
    ports,
    facts,
    machine,
    receivedMs,
    history: frozenHistory(status.history),
    interfaceHistory: (name) => histories.get(name),
  };
}

function frozenHistory(history: RateHistory | undefined): RateHistory {
  const points = history?.last(pointsKept) ?? [];
  const copy = new RateHistory(Math.max(1, points.length));
  for (const { timeMs, rx, tx } of points) copy.add(timeMs, known(rx), known(tx));
  return copy;
}

function known(rate: number): number | null {
  return Number.isNaN(rate) ? null : rate;
}
