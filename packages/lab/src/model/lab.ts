// A rehearsal cluster, whatever it is made of. Everything it writes lies under `folder`; disposing ends what it started.

export const LAB_KINDS = ['embedded', 'namespaces', 'machines'] as const;
export type LabKind = (typeof LAB_KINDS)[number];

export interface Lab extends AsyncDisposable {
  readonly kind: LabKind;
  /** Holds cluster.yaml, keys/, known_hosts, ssh_config and nodes/NAME/. */
  readonly folder: string;
  readonly clusterFile: string;
  readonly knownHosts: string;
  /** For the real ssh, and through it for pdsh and clush: `ssh -F FILE n1`. */
  readonly sshConfig: string;
  /** The user's private key (ed25519, OpenSSH format), accepted by every node. */
  readonly identity: string;
  readonly nodes: readonly LabNode[];
  /** Injects a fault, or takes it away again. */
  fault(node: string, fault: Fault): Promise<void>;
}

export interface LabNode {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly home: string;
  /** `SHA256:...` */
  readonly hostKeyFingerprint: string;
}

export type Fault =
  /** Gone: connections are refused or time out. */
  | { readonly kind: 'kill' }
  /** Accepts connections and never answers. */
  | { readonly kind: 'freeze' }
  | { readonly kind: 'thaw' }
  /** Packets vanish (namespaces), connections are cut and new ones hang (embedded). */
  | { readonly kind: 'partition' }
  | { readonly kind: 'heal' }
  | { readonly kind: 'slow'; readonly delayMs: number; readonly bytesPerSecond?: number }
  /** Comes back with a new boot id. */
  | { readonly kind: 'reboot' }
  /** Comes back with another host key. */
  | { readonly kind: 'new-host-key' };
