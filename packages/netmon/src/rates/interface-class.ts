// What an interface is, and whether its bytes belong to the total of the node: each frame that crosses the machine's edge
// is counted once, on the port that it crosses.
import type { InterfaceFacts } from '../model/interface-facts.ts';

export type InterfaceClass =
  | 'physical'
  /** On a bus, but its frames are counted by another: port of a DSA switch, Hyper-V or failover slave, IPoIB child. */
  | 'lower'
  | 'virtual-function'
  | 'loopback'
  | 'bond'
  | 'bridge'
  | 'vlan'
  | 'macvlan'
  | 'veth'
  | 'tunnel'
  | 'virtual';

const ARPHRD_LOOPBACK = 772;
/** IPIP, IP6IP6, SIT, GRE and GRE over IPv6 (linux/if_arp.h). */
const tunnelTypes: readonly number[] = [768, 769, 776, 778, 823];
const tunnelDevtypes: readonly string[] = ['vxlan', 'geneve', 'gre', 'wireguard', 'bareudp', 'gtp'];

/** @param siblings every interface of the same reading: a port's class depends on its master */
export function classOf(facts: InterfaceFacts, siblings: readonly InterfaceFacts[]): InterfaceClass {
  if (facts.type === ARPHRD_LOOPBACK) return 'loopback';
  if (facts.bond || facts.devtype === 'bond') return 'bond';
  if (facts.bridge || facts.devtype === 'bridge') return 'bridge';
  if (facts.devtype === 'vlan') return 'vlan';
  if (facts.devtype === 'macvlan' || facts.devtype === 'ipvlan' || facts.devtype === 'macvtap')
    return 'macvlan';
  if (facts.device) return classOfDevice(facts, siblings);
  if (facts.tun || (facts.devtype !== null && tunnelDevtypes.includes(facts.devtype))) return 'tunnel';
  if (facts.type !== null && tunnelTypes.includes(facts.type)) return 'tunnel';
  return hasLink(facts) ? 'veth' : 'virtual';
}

function classOfDevice(facts: InterfaceFacts, siblings: readonly InterfaceFacts[]): InterfaceClass {
  if (facts.virtualFunction) return 'virtual-function';
  if (hasLink(facts)) return 'lower';
  const master = siblings.find(({ ifindex }) => ifindex === facts.master);
  // A master that stands on a bus itself (netvsc, net_failover) counts what its slaves carry.
  return master?.device === true && !master.bond && !master.bridge ? 'lower' : 'physical';
}

/** iflink is the interface itself where nothing is below it; 0 for a tunnel without one (dev_get_iflink). */
function hasLink({ ifindex, iflink }: InterfaceFacts): boolean {
  return iflink !== null && iflink !== 0 && iflink !== ifindex;
}

/**
 * The interfaces whose sum is the traffic of the node: the physical ones. A container has none: its edge is made of veths
 * and macvlans whose other end is outside.
 */
export function countedInterfaces(all: readonly InterfaceFacts[]): readonly InterfaceFacts[] {
  const physical = all.filter((facts) => classOf(facts, all) === 'physical');
  return physical.length > 0 ? physical : all.filter((facts) => leadsOutside(facts, all));
}

/** The interfaces with one of these names; `*` and `?` stand for any characters and any one. */
export function namedInterfaces(
  all: readonly InterfaceFacts[],
  names: readonly string[],
): readonly InterfaceFacts[] {
  const patterns = names.map(patternOf);
  return all.filter(({ name }) => patterns.some((pattern) => pattern.test(name)));
}

function leadsOutside(facts: InterfaceFacts, all: readonly InterfaceFacts[]): boolean {
  const kind = classOf(facts, all);
  if (facts.master !== null || (kind !== 'veth' && kind !== 'macvlan')) return false;
  // Indices are those of another namespace where the peer is there, so the peer must point back.
  return !all.some(
    ({ ifindex, iflink }) => ifindex === facts.iflink && (kind === 'macvlan' || iflink === facts.ifindex),
  );
}

/** Share of the link that a rate takes, 0 to 1 and above; null where the speed is not known. */
export function utilisationOf(bytesPerSecond: number | null, speedMbit: number | null): number | null {
  if (bytesPerSecond === null || speedMbit === null || speedMbit <= 0) return null;
  return (bytesPerSecond * 8) / (speedMbit * 1e6);
}

function patternOf(name: string): RegExp {
  const text = name
    .replace(/[.+^$(){}|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${text}$`);
}
