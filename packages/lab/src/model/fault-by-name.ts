// Faults of a lab go to its nodes by their names.
import { didYouMean, HeorotError } from '@heorot/inventory';
import type { Fault, Lab } from './lab.ts';

/** A node that can suffer. */
export interface FaultyNode {
  readonly name: string;
  fault(fault: Fault): Promise<void>;
}

/** @throws HeorotError `lab-node-unknown`, from what it returns */
export function faultByName(nodes: readonly FaultyNode[]): Lab['fault'] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  return async (name, fault) => {
    const node = byName.get(name);
    if (node === undefined) {
      const hint = didYouMean(name, byName.keys());
      throw new HeorotError(
        'lab-node-unknown',
        `no node '${name}' in this lab`,
        hint === undefined ? {} : { hint },
      );
    }
    await node.fault(fault);
  };
}
