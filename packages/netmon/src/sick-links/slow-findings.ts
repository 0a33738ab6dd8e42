// What the slow counters of a node say: pause frames and damaged frames as the card counts them, packets that the kernel had no
// time for, a table of connections that is nearly full.
import type { Counter } from '../model/counter.ts';
import type { HardwareCounterName, HardwareCounters } from '../model/hardware-counter.ts';
import type { ConntrackReading, SoftnetReading } from '../model/reading.ts';
import type { Finding } from './finding.ts';

/** The first and the last time that it was told within the window, by the node's clock. */
export interface SlowCard {
  readonly name: string;
  readonly first: HardwareCounters;
  readonly last: HardwareCounters;
  readonly seconds: number;
}

export interface SlowView {
  readonly cards: readonly SlowCard[];
  readonly softnet: { readonly first: SoftnetReading; readonly last: SoftnetReading } | null;
  readonly conntrack: ConntrackReading | null;
}

/** A switch that asks for a pause ten times a second is congested; single ones are what flow control is for. */
const stormPerSecond = 10;
const nearlyFull = 0.9;

export function slowFindings(node: string, { cards, softnet, conntrack }: SlowView): readonly Finding[] {
  return [
    ...cards.flatMap((card) => cardFindings(card).map((found) => ({ node, link: card.name, ...found }))),
    ...[...backlog(softnet), ...connections(conntrack)].map((found) => ({ node, link: null, ...found })),
  ];
}

type Found = Omit<Finding, 'node' | 'link'>;

function cardFindings({ name, first, last, seconds }: SlowCard): readonly Found[] {
  const grown = (counter: HardwareCounterName) => growth(first[counter], last[counter]);
  const found: Found[] = [];
  const [received, sent] = [grown('rxPauses') / seconds, grown('txPauses') / seconds];
  if (Math.max(received, sent) >= stormPerSecond) {
    found.push({
      kind: 'pause-storm',
      severity: Math.min(85, 50 + 10 * Math.log10(Math.max(received, sent) / stormPerSecond)),
      why: `${received.toFixed(0)} pause frames a second received, ${sent.toFixed(0)} sent`,
      check:
        received >= sent
          ? 'who is slow behind the switch port: a receiver that cannot keep up, or a full uplink; flow control on the switch'
          : `why this node cannot take in what it is sent: ring sizes (ethtool -g ${name}), its processor, PCIe width`,
    });
  }
  const damaged = grown('crcErrors') + grown('symbolErrors');
  if (damaged > 0) {
    found.push({
      kind: 'damaged-frames',
      severity: Math.min(90, 60 + 10 * Math.log10(damaged)),
      why: `the card counted ${damaged} frames or symbols damaged on the wire in ${seconds.toFixed(0)} s`,
      check: `the cable, both plugs and the transceiver; which errors: ethtool -S ${name}`,
    });
  }
  const resets = grown('txTimeouts');
  if (resets > 0) {
    found.push({
      kind: 'transmit-timeouts',
      severity: 80,
      why: `the driver gave its transmit queue up and reset it ${resets === 1 ? 'once' : `${resets} times`}`,
      check: 'the log of the kernel (NETDEV WATCHDOG), firmware and driver of the card',
    });
  }
  return found;
}

function backlog(softnet: SlowView['softnet']): readonly Found[] {
  if (softnet === null) return [];
  const dropped = growth(softnet.first.dropped, softnet.last.dropped);
  if (dropped === 0) return [];
  const squeezed = growth(softnet.first.squeezed, softnet.last.squeezed);
  return [
    {
      kind: 'softnet-drops',
      severity: Math.min(75, 45 + 10 * Math.log10(dropped)),
      why: `the kernel dropped ${dropped} packets that no processor took up in time; it ran out of its budget ${squeezed} times`,
      check:
        'that interrupts and RPS spread over the processors (/proc/net/softnet_stat), net.core.netdev_max_backlog, net.core.netdev_budget',
    },
  ];
}

function connections(conntrack: ConntrackReading | null): readonly Found[] {
  const { entries = null, most = null } = conntrack ?? {};
  if (entries === null || most === null || most === 0 || entries < most * nearlyFull) return [];
  const share = entries / most;
  return [
    {
      kind: 'conntrack-full',
      severity: share >= 1 ? 90 : 70,
      why: `${entries} of ${most} tracked connections: beyond that new ones are dropped`,
      check: 'net.netfilter.nf_conntrack_max, or whether this node has to track connections at all',
    },
  ];
}

/** 0 where it is not known, or was reset in between. */
function growth(first: Counter, last: Counter): number {
  return first === null || last === null || last < first ? 0 : Number(last - first);
}
