// What is known of an interface besides its counters: read from /sys/class/net/NAME when it appears and when it changes
// (Documentation/ABI/testing/sysfs-class-net). Unknown is null, never -1 or an empty text.

/** What tells one set of counters from another: a rate is only ever taken between two readings of the same key. */
export interface InterfaceKey {
  readonly bootId: string;
  /** `net:[4026531833]`, or `-` where it cannot be read. */
  readonly netns: string;
  readonly ifindex: number;
  readonly name: string;
}

export type Duplex = 'full' | 'half';

export interface InterfaceFacts {
  readonly name: string;
  readonly ifindex: number;
  /** The interface below (VLAN, macvlan) or the peer (veth); the interface itself for all others. */
  readonly iflink: number | null;
  /** ARPHRD number: 1 Ethernet, 32 InfiniBand, 772 loopback. */
  readonly type: number | null;
  readonly mtu: number | null;
  /** RFC 2863 operstate: `up`, `down`, `unknown` (lo, tun), … */
  readonly state: string | null;
  readonly carrier: boolean | null;
  /** In Mbit/s; null when down, virtual or not told (the kernel says -1 or EINVAL). */
  readonly speedMbit: number | null;
  readonly duplex: Duplex | null;
  /** `vlan`, `bridge`, `bond`, `wlan`, … as the kernel's uevent has it. */
  readonly devtype: string | null;
  /** Stands on a bus (PCI, virtio, USB): /sys/class/net/NAME/device exists. */
  readonly device: boolean;
  readonly driver: string | null;
  /** A virtual function whose physical function is on this machine as well. */
  readonly virtualFunction: boolean;
  /** ifindex of the bond, bridge or team that it belongs to. */
  readonly master: number | null;
  readonly bond: boolean;
  readonly bridge: boolean;
  readonly tun: boolean;
  /** What it is, by the pci.ids of its node: `Intel Corporation I350 Gigabit Network Connection`; `8086:1521` where that has none. */
  readonly card: string | null;
}

/** Facts of one port of an RDMA device, from /sys/class/infiniband/DEVICE/ports/N. */
export interface PortFacts {
  readonly device: string;
  readonly port: number;
  readonly driver: string | null;
  /** `4:_ACTIVE` as in sysfs, blanks as `_`. */
  readonly state: string | null;
  readonly physicalState: string | null;
  /** Of `100 Gb/sec (4X EDR)`: 100 000. */
  readonly rateMbit: number | null;
  /** `4X EDR` */
  readonly rateName: string | null;
  /** `InfiniBand`, or `Ethernet` for RoCE. */
  readonly layer: string | null;
}
