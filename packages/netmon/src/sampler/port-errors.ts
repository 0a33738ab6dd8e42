// The slow counters of an RDMA port, in the order of the sampler's `e` word: files below /sys/class/infiniband/DEVICE/ports/N.
// hw_counters exist for RoCE-capable drivers only (Documentation/ABI/stable/sysfs-class-infiniband).

export const portErrorFiles = [
  'counters/symbol_error',
  'counters/link_error_recovery',
  'counters/link_downed',
  'counters/port_rcv_errors',
  'counters/port_xmit_discards',
  'counters/port_xmit_wait',
  'hw_counters/np_cnp_sent',
  'hw_counters/rp_cnp_handled',
  'hw_counters/np_ecn_marked_roce_packets',
  'hw_counters/out_of_sequence',
  'hw_counters/packet_seq_err',
  'hw_counters/local_ack_timeout_err',
  'hw_counters/roce_adp_retrans',
] as const;

export type PortErrorFile = (typeof portErrorFiles)[number];
