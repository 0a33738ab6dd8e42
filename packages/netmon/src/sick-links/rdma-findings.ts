// What can be wrong with a port of an RDMA device: state, rate, and the errors that its counters show.
import type { PortReading } from '../model/reading.ts';
import type { PortErrorFile } from '../sampler/port-errors.ts';
import type { Finding } from './finding.ts';
import { mode } from './peers.ts';

export interface PortView {
  readonly node: string;
  readonly group: string;
  readonly first: PortReading;
  readonly last: PortReading;
}

const errorFiles: readonly PortErrorFile[] = [
  'counters/symbol_error',
  'counters/link_error_recovery',
  'counters/link_downed',
  'counters/port_rcv_errors',
  'hw_counters/out_of_sequence',
  'hw_counters/packet_seq_err',
  'hw_counters/local_ack_timeout_err',
];
const congestionFiles: readonly PortErrorFile[] = [
  'counters/port_xmit_wait',
  'counters/port_xmit_discards',
  'hw_counters/np_cnp_sent',
  'hw_counters/np_ecn_marked_roce_packets',
];

/** @param peers the ports of the same group, this one among them */
export function rdmaFindings(port: PortView, peers: readonly PortView[]): readonly Finding[] {
  const { facts } = port.last;
  const on = { node: port.node, link: `${facts.device}/${facts.port}` };
  const found: Finding[] = [];
  const active = peers.filter((peer) => isActive(peer)).length;
  if (facts.state !== null && !isActive(port) && active * 2 > peers.length) {
    const why = `port is ${facts.state.replace(/^\d+:_/, '')}; most of its peers are active`;
    found.push({
      ...on,
      kind: 'rdma-port-down',
      severity: 95,
      why,
      check: 'the cable, and the subnet manager (sminfo)',
    });
  }
  const usual = mode(peers.filter(isActive).map((peer) => peer.last.facts.rateMbit));
  if (isActive(port) && usual !== null && facts.rateMbit !== null && facts.rateMbit < usual) {
    found.push({
      ...on,
      kind: 'rdma-slower-than-peers',
      severity: 60 + 35 * (1 - facts.rateMbit / usual),
      why: `runs at ${facts.rateMbit / 1000} Gbit/s; most of its peers at ${usual / 1000}`,
      check: 'the cable: lanes or generation were negotiated down (ibstatus, iblinkinfo)',
    });
  }
  const errors = grown(port, errorFiles);
  if (errors.length > 0) {
    const check = 'the cable and both plugs; then perfquery, and ibqueryerrors on the switch';
    found.push({
      ...on,
      kind: 'rdma-errors',
      severity: Math.min(88, 60 + 6 * errors.length),
      why: errors.join(', '),
      check,
    });
  }
  const congestion = grown(port, congestionFiles);
  if (congestion.length > 0) {
    const check =
      'where its traffic meets that of others: a slow receiver, priority flow control, ECN settings';
    found.push({ ...on, kind: 'rdma-congestion', severity: 30, why: congestion.join(', '), check });
  }
  return found;
}

function isActive({ last }: PortView): boolean {
  return last.facts.state?.endsWith('ACTIVE') === true;
}

/** `symbol_error grew by 3`; a counter that fell was reset, and tells nothing. */
function grown({ first, last }: PortView, files: readonly PortErrorFile[]): readonly string[] {
  return files.flatMap((file) => {
    const [before, after] = [first.errors?.[file] ?? null, last.errors?.[file] ?? null];
    if (before === null || after === null || after <= before) return [];
    return [`${file.replace(/^.*\//, '')} grew by ${after - before}`];
  });
}
