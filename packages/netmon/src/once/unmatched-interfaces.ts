// Why all figures are unknown where --iface names what no node has.
import type { NodeStatus } from '../live/node-status.ts';
import { printable } from '../units/printable.ts';

/** Undefined where an interface of at least one of the nodes is meant, or none was named. */
export function unmatchedInterfaces(
  names: readonly string[],
  nodes: readonly Pick<NodeStatus, 'node' | 'interfaces'>[],
): string | undefined {
  const [first] = nodes;
  if (names.length === 0 || first === undefined) return undefined;
  if (nodes.some(({ interfaces }) => interfaces.some(({ counted }) => counted))) return undefined;
  const there = first.interfaces.map((each) => printable(each.interface ?? '')).join(', ');
  return `no interface matches ${names.join(', ')}; ${first.node} has ${there === '' ? 'none' : there}`;
}
