// Interfaces as node_exporter tells of them (its collectors netdev, netclass and bonding). It does not tell what stands on
// a bus, so that is inferred: a permanent hardware address is one that a device has of its own.
import { type Counter, interfaceCounters } from '../../model/counter.ts';
import type { InterfaceFacts } from '../../model/interface-facts.ts';
import type { InterfaceReading } from '../../model/reading.ts';
import { counterOf, type ExposedPage } from './exposed-page.ts';

/** In the order of `interfaceCounterNames`. */
const counterFamilies = [
  'node_network_receive_bytes_total',
  'node_network_receive_packets_total',
  'node_network_receive_errs_total',
  'node_network_receive_drop_total',
  'node_network_transmit_bytes_total',
  'node_network_transmit_packets_total',
  'node_network_transmit_errs_total',
  'node_network_transmit_drop_total',
  'node_network_carrier_changes_total',
] as const;

const gaugeFamilies = {
  ifindex: 'node_network_iface_id',
  iflink: 'node_network_iface_link',
  type: 'node_network_protocol_type',
  mtu: 'node_network_mtu_bytes',
  carrier: 'node_network_carrier',
  speed: 'node_network_speed_bytes',
  /** NET_ADDR_PERM is 0 (linux/netdevice.h). */
  address: 'node_network_address_assign_type',
  slaves: 'node_bonding_slaves',
} as const;

type Gauges = Readonly<Record<keyof typeof gaugeFamilies, ReadonlyMap<string, number>>>;

/** Of those that netdev counts; without netclass only names and counters are known. */
export function exposedInterfaces(page: ExposedPage): readonly InterfaceReading[] {
  const counters = counterFamilies.map((name) => page.by(name, 'device'));
  const gauges = gaugesOf(page);
  const info = new Map(
    page.family('node_network_info').map(({ labels }) => [labels.get('device') ?? '', labels] as const),
  );
  return [...(counters[0]?.keys() ?? [])].map((name): InterfaceReading => {
    const values = counters.map((family): Counter => counterOf(family.get(name)));
    return { facts: factsOf(name, gauges, info.get(name)), counters: interfaceCounters(values) };
  });
}

function gaugesOf(page: ExposedPage): Gauges {
  const of = (key: keyof Gauges) => page.by(gaugeFamilies[key], key === 'slaves' ? 'master' : 'device');
  return {
    ifindex: of('ifindex'),
    iflink: of('iflink'),
    type: of('type'),
    mtu: of('mtu'),
    carrier: of('carrier'),
    speed: of('speed'),
    address: of('address'),
    slaves: of('slaves'),
  };
}

function factsOf(
  name: string,
  gauges: Gauges,
  info: ReadonlyMap<string, string> | undefined,
): InterfaceFacts {
  const duplex = info?.get('duplex');
  const carrier = gauges.carrier.get(name);
  const speedBytes = gauges.speed.get(name) ?? -1;
  const bond = gauges.slaves.has(name);
  const type = gauges.type.get(name) ?? null;
  return {
    name,
    ifindex: gauges.ifindex.get(name) ?? 0,
    iflink: gauges.iflink.get(name) ?? null,
    type,
    mtu: gauges.mtu.get(name) ?? null,
    state: info?.get('operstate') ?? null,
    carrier: carrier === undefined ? null : carrier === 1,
    speedMbit: speedBytes > 0 ? Math.round((speedBytes * 8) / 1e6) : null,
    duplex: duplex === 'full' || duplex === 'half' ? duplex : null,
    devtype: null,
    device: !bond && standsOnBus(name, type, gauges.address.get(name)),
    driver: null,
    virtualFunction: false,
    master: null,
    bond,
    bridge: false,
    tun: false,
    card: null,
  };
}

const ARPHRD_ETHER = 1;
const ARPHRD_INFINIBAND = 32;
/** The kernel's and distributions' names for what is made of software. */
const madeBySoftware =
  /^(lo|veth|docker|br|virbr|bond|team|tun|tap|wg|dummy|ifb|vlan|macvlan|macvtap|vxlan|gre|sit|cali|flannel|cni|kube|vnet|lxc)|[.@]/;

function standsOnBus(name: string, type: number | null, addressAssigned: number | undefined): boolean {
  if (madeBySoftware.test(name)) return false;
  if (type !== null && type !== ARPHRD_ETHER && type !== ARPHRD_INFINIBAND) return false;
  return addressAssigned === undefined || addressAssigned === 0;
}
