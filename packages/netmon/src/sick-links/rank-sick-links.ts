// The ranking of sick links over a window of time: pure, from samples, facts and events. Ten samples are enough.
import { ethernetFindings } from './ethernet-findings.ts';
import type { Finding } from './finding.ts';
import { linksOf, type NodeView } from './link-view.ts';
import { type PortView, rdmaFindings } from './rdma-findings.ts';
import { slowFindings } from './slow-findings.ts';

/**
 * Every finding, the most severe first; a link that is well has none.
 *
 * @example rankSickLinks(views).map(({ node, link, why }) => `${node} ${link}: ${why}`)
 */
export function rankSickLinks(views: readonly NodeView[]): readonly Finding[] {
  const links = Map.groupBy(views.flatMap(linksOf), ({ group }) => group);
  const ports = Map.groupBy(
    views.flatMap(({ node, group, ports: each }) => each.map((port): PortView => ({ node, group, ...port }))),
    ({ group }) => group,
  );
  return [
    ...[...links.values()].flatMap((peers) => peers.flatMap((link) => ethernetFindings(link, peers))),
    ...[...ports.values()].flatMap((peers) => peers.flatMap((port) => rdmaFindings(port, peers))),
    ...views.flatMap(({ node, slow }) => (slow === undefined ? [] : slowFindings(node, slow))),
  ].toSorted((a, b) => b.severity - a.severity || (a.node < b.node ? -1 : 1));
}
