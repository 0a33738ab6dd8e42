// Which MAC address is a node's own: that of its first network card that is up, unless another node shows it too, as
// containers of one machine and wrongly cloned virtual machines do.
import type { NodeFacts } from './parse-facts.ts';

export interface Macs {
  /** Node name to MAC. */
  readonly own: ReadonlyMap<string, string>;
  /** MAC to the nodes that all show it. */
  readonly shared: ReadonlyMap<string, readonly string[]>;
}

export function macsOf(facts: Iterable<readonly [node: string, Pick<NodeFacts, 'nics'>]>): Macs {
  const shown = [...facts].flatMap(([node, { nics }]) => {
    const mac = nics.find(({ state, mac: address }) => state === 'up' && address !== undefined)?.mac;
    return mac === undefined ? [] : [{ node, mac }];
  });
  const byMac = Map.groupBy(shown, ({ mac }) => mac.toLowerCase());
  const own = new Map<string, string>();
  const shared = new Map<string, readonly string[]>();
  for (const [mac, holders] of byMac) {
    const [first] = holders;
    if (holders.length === 1 && first !== undefined) own.set(first.node, first.mac);
    else
      shared.set(
        mac,
        holders.map(({ node }) => node),
      );
  }
  return { own, shared };
}
