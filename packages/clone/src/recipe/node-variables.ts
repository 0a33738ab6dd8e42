// What `@{...}` in a recipe can mean: the facts that the inventory has of a node.
import type { NodeRecord } from '@heorot/inventory';
import type { NodeVariables } from './flatten-recipe.ts';

/** Its labels, and over them `name`, `address`, `mac` and `rack`. */
export function nodeVariables({ name, address, mac, rack, labels }: NodeRecord): NodeVariables {
  return {
    ...labels,
    name,
    address,
    ...(mac === undefined ? {} : { mac }),
    ...(rack === undefined ? {} : { rack }),
  };
}
