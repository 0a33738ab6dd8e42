// Which of several gateways a node takes: always the same one, evenly spread over the nodes, and when one is gone its nodes
// spread over all others while nobody else moves (rendezvous hashing, Thaler and Ravishankar 1998).
import { createHash } from 'node:crypto';

/** The ways in the order in which the node tries them. @param nameOf tells ways apart */
export function gatewayOrder<Way>(
  node: string,
  ways: readonly Way[],
  nameOf: (way: Way) => string,
): readonly Way[] {
  if (ways.length < 2) return ways;
  return ways
    .map((way) => ({ way, weight: weightOf(`${node}\n${nameOf(way)}`) }))
    .sort((one, other) => other.weight - one.weight)
    .map(({ way }) => way);
}

function weightOf(text: string): number {
  return createHash('sha1').update(text).digest().readUIntBE(0, 6);
}
