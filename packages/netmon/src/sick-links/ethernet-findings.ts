// What can be wrong with a network interface, by its facts, its counters and its peers.
import type { Finding } from './finding.ts';
import type { LinkView } from './link-view.ts';
import { median, mode } from './peers.ts';

/** A cable in order loses one frame in 10^9 or fewer (IEEE 802.3 allows one bit in 10^10 to 10^12). */
const badErrorRatio = 1e-7;
const badDropRatio = 1e-4;
const badRetransmitRatio = 0.01;
/** Fewer retransmissions than that are not a sign of a queue that wants more. */
const wantingRetransmitRatio = 0.002;
/** Peers are busy if half of them carry more: 1 MB/s. */
const busyBytesPerSecond = 1e6;
const farBelow = 0.25;
const fewestPeers = 3;

/** @param peers the links of the same group, this one among them */
export function ethernetFindings(link: LinkView, peers: readonly LinkView[]): readonly Finding[] {
  const on = { node: link.node, link: link.facts.name };
  const alike = alikeOf(link, peers);
  return [
    ...speed(link, alike),
    ...duplex(link),
    ...carrier(link, alike),
    ...flaps(link),
    ...ratios(link),
    ...throughput(link, alike),
  ].map((found) => ({ ...on, ...found }));
}

type Found = Omit<Finding, 'node' | 'link'>;

/** Those of the same name, where there are three: a node's link for administration is no peer of its link for data. */
function alikeOf({ facts }: LinkView, peers: readonly LinkView[]): readonly LinkView[] {
  const alike = peers.filter((peer) => peer.facts.name === facts.name);
  return alike.length >= fewestPeers ? alike : peers;
}

/** A port that is used nowhere has no carrier anywhere; one of a bond is used. */
function carrier({ facts, otherLegs }: LinkView, peers: readonly LinkView[]): readonly Found[] {
  if (facts.carrier !== false) return [];
  const check = 'the cable and both plugs, the transceiver, whether the switch port is shut';
  if (otherLegs !== null && otherLegs > 0) {
    return [
      { kind: 'no-carrier', severity: 88, why: 'no carrier: its bond lives on what is left of it', check },
    ];
  }
  const used = peers.filter((peer) => peer.facts.carrier === true).length;
  if (peers.length < fewestPeers || used * 2 <= peers.length) return [];
  return [{ kind: 'no-carrier', severity: 80, why: 'no carrier; most of its peers have one', check }];
}

function speed({ facts }: LinkView, peers: readonly LinkView[]): readonly Found[] {
  const usual = mode(peers.map((peer) => peer.facts.speedMbit));
  if (usual === null || facts.speedMbit === null || facts.speedMbit >= usual) return [];
  return [
    {
      kind: 'slower-than-peers',
      severity: 60 + 35 * (1 - facts.speedMbit / usual),
      why: `negotiated ${facts.speedMbit} Mbit/s; most of its peers have ${usual} Mbit/s`,
      check: 'the cable and both plugs, the speed set on the switch port, autonegotiation on both sides',
    },
  ];
}

function duplex({ facts }: LinkView): readonly Found[] {
  if (facts.duplex !== 'half') return [];
  return [
    {
      kind: 'half-duplex',
      severity: 85,
      why: 'negotiated half duplex',
      check: 'that both sides negotiate: one side with a fixed speed leaves the other at half duplex',
    },
  ];
}

function flaps({ flaps: count }: LinkView): readonly Found[] {
  if (count === 0) return [];
  return [
    {
      kind: 'carrier-flaps',
      severity: Math.min(90, 50 + 10 * count),
      why: `the carrier came and went ${count === 1 ? 'once' : `${count} times`}`,
      check: 'the cable, the transceiver and the log of the switch port',
    },
  ];
}

function ratios({ errorRatio, dropRatio, retransmitRatio, busiest, facts }: LinkView): readonly Found[] {
  const found: Found[] = [];
  if (errorRatio !== null && errorRatio > badErrorRatio) {
    found.push({
      kind: 'errors',
      severity: Math.min(90, 50 + 8 * Math.log10(errorRatio / badErrorRatio)),
      why: `${share(errorRatio)} of its packets have errors`,
      check: `the cable and the transceiver; which errors: ethtool -S ${facts.name}`,
    });
  }
  if (dropRatio !== null && dropRatio > badDropRatio) {
    found.push({
      kind: 'drops',
      severity: Math.min(75, 30 + 12 * Math.log10(dropRatio / badDropRatio)),
      why: `${share(dropRatio)} of its packets are dropped`,
      check: `ring sizes (ethtool -g ${facts.name}), interrupt placement, a sender faster than this link`,
    });
  }
  if (busiest && retransmitRatio !== null && retransmitRatio > badRetransmitRatio) {
    found.push({
      kind: 'retransmits',
      severity: Math.min(80, 40 + 400 * retransmitRatio),
      why: `${share(retransmitRatio)} of the TCP segments of the node are sent again`,
      check: 'the path to its partners: drops on switch ports, a slower link in between, the MTU',
    });
  }
  return found;
}

/** Little traffic is no sickness; little traffic that wants to be more is. What it wants is to send. */
function throughput(link: LinkView, peers: readonly LinkView[]): readonly Found[] {
  const { retransmitRatio, txDropsPerSecond } = link;
  const wants = [
    ...(retransmitRatio !== null && retransmitRatio > wantingRetransmitRatio
      ? [`${share(retransmitRatio)} retransmitted`]
      : []),
    ...(txDropsPerSecond !== null && txDropsPerSecond > 0
      ? [`${txDropsPerSecond.toFixed(1)} drops/s sending`]
      : []),
  ];
  if (wants.length === 0) return [];
  const low =
    below('carries', 'carry', link, peers, (each) => each.bytesPerSecond) ??
    below('sends', 'send', link, peers, (each) => each.sentBytesPerSecond);
  if (low === undefined) return [];
  return [
    {
      kind: 'below-peers',
      severity: Math.min(98, 90 + 8 * (1 - low.share / farBelow)),
      why: `${low.text}, and wants more: ${wants.join(', ')}`,
      check: 'a rate limit (tc qdisc show, switch port policing), then measure the pair: netmon probe',
    },
  ];
}

/** Undefined where it is not far below its peers, or they do little themselves. */
function below(
  does: string,
  peersDo: string,
  link: LinkView,
  peers: readonly LinkView[],
  figure: (link: LinkView) => number | null,
): { readonly share: number; readonly text: string } | undefined {
  const [own, usual] = [figure(link), median(peers.map(figure))];
  if (usual === null || own === null) return undefined;
  if (usual < busyBytesPerSecond || own > usual * farBelow) return undefined;
  const text = `${does} ${megabits(own)} Mbit/s while half of its peers ${peersDo} more than ${megabits(usual)}`;
  return { share: own / usual, text };
}

function share(ratio: number): string {
  return ratio >= 0.001 ? `${(ratio * 100).toFixed(1)} %` : `1 in ${Math.round(1 / ratio)}`;
}

function megabits(bytesPerSecond: number): string {
  return ((bytesPerSecond * 8) / 1e6).toFixed(1);
}
