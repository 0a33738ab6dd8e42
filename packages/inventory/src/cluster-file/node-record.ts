// What the inventory knows of one node: plain data, handed to every tool.
import type { HostName } from '../host-name/host-name.ts';

/** The transports that can reach a node. */
export const transportNames = ['ssh2', 'openssh', 'local', 'relay'] as const;

export type TransportName = (typeof transportNames)[number];

/** Settings that a node, or the `defaults` of the cluster file, may carry; an absent field was not said. */
export interface NodeSettings {
  readonly user?: string;
  readonly port?: number;
  /** Private key files, tried in this order. `~` is already expanded, relative paths already made absolute. */
  readonly identity?: readonly string[];
  /** A known_hosts file used instead of the user's and the system's. */
  readonly knownHosts?: string;
  /** ProxyJump: a node name or `[user@]host[:port]`, several hops separated by commas. A hop may be a node set or a group: any of it will do. */
  readonly gateway?: string;
  readonly transport?: TransportName;
  readonly connectTimeoutMs?: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A node's management controller. */
export interface BmcRecord {
  readonly address: HostName;
  readonly user?: string;
  /** A file with mode 0600 that holds the password. */
  readonly passwordFile?: string;
}

/** One node, `defaults` already merged below what the node itself sets. */
export interface NodeRecord extends NodeSettings {
  readonly name: HostName;
  /** Where to connect; the name itself unless the cluster file gives an address. */
  readonly address: HostName;
  readonly mac?: string;
  readonly bmc?: BmcRecord;
  readonly rack?: string;
  /** False for a name that no source knows: a plain name or address typed in `-w`. */
  readonly known: boolean;
}
