// A node to reach. Made from inventory records by `targetsOf`; plain data.
import type { HostName, TransportName } from '@heorot/inventory';

export interface Target {
  /** The name in the inventory: what every output shows. */
  readonly node: string;
  /** Where to connect; ssh config's HostName may still replace it. */
  readonly host: HostName;
  readonly settings: TargetSettings;
  /** Free labels of the inventory, and `rack`: what `%label` in a command stands for. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** What the command line or the inventory says; what is absent is left to ssh config. */
export interface TargetSettings {
  readonly user?: string;
  readonly port?: number;
  readonly identity?: readonly string[];
  readonly knownHosts?: string;
  /** ProxyJump syntax: hops separated by commas; a hop may be a node set or a group, any of it will do. */
  readonly gateway?: string;
  readonly transport?: TransportName;
  readonly connectTimeoutMs?: number;
}
