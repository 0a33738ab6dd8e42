// A finding: what is wrong with a link, why it is thought so, and what a person should check.

export type FindingKind =
  | 'slower-than-peers'
  | 'half-duplex'
  | 'no-carrier'
  | 'carrier-flaps'
  | 'errors'
  | 'drops'
  | 'retransmits'
  | 'below-peers'
  | 'pause-storm'
  | 'damaged-frames'
  | 'transmit-timeouts'
  | 'softnet-drops'
  | 'conntrack-full'
  | 'rdma-port-down'
  | 'rdma-slower-than-peers'
  | 'rdma-errors'
  | 'rdma-congestion';

export interface Finding {
  readonly kind: FindingKind;
  readonly node: string;
  /** `eth0`, `mlx5_0/1`, or null for what the kernel tells of the node only. */
  readonly link: string | null;
  /** 0 to 100: how sure it is that the link is sick, and how much it costs. The list is sorted by it. */
  readonly severity: number;
  readonly why: string;
  readonly check: string;
}
