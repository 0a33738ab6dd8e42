// Sockets that more than this machine can reach. A firewall may still stand before them: the audit looks from inside.
import { isIPv4 } from 'node:net';
import { type NodeAnswer, rowsOf } from '../ask/parse-answer.ts';
import { type KnownService, knownServices } from '../data/known-services.ts';
import type { Finding } from '../finding.ts';

/** ip_local_port_range of ip(7), as Linux has it. */
const firstEphemeral = 32_768;

interface Listener {
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
  readonly process: string | undefined;
}

export function judgeListening(answer: NodeAnswer): readonly Finding[] {
  const open = rowsOf(answer, 'socket')
    .map(listenerOf)
    .filter((listener) => listener !== undefined)
    .filter(({ address }) => !isLoopback(address));
  // One socket for IPv4 and one for IPv6, or one an address, is one service.
  const findings = new Map(open.map(findingOf).map((finding) => [finding.what, finding]));
  return [...findings.values(), ...withoutMunge(answer, open)];
}

function findingOf(listener: Listener): Finding {
  const { protocol, port, process } = listener;
  const known = knownServices.find((service) => isOf(service, listener));
  const by = process === undefined ? '' : ` (${process})`;
  if (known === undefined) {
    return {
      check: 'listening',
      id: 'listening-open',
      severity: 'info',
      what: `${protocol} port ${shownPort(port)} is open to the network${by}`,
      why: 'whoever reaches this node reaches this service',
      fix: [],
    };
  }
  return {
    check: 'listening',
    id: `listening-${known.name}`,
    severity: known.severity,
    what: `${known.name} is open to the network: ${protocol} port ${port}${by}`,
    why: known.why,
    fix: known.fix,
  };
}

/** Ports that the kernel hands out differ from node to node and from boot to boot. */
const shownPort = (port: number) => (port < firstEphemeral ? port : `above ${firstEphemeral - 1}`);

function isOf({ protocol, ports: [first, last] }: KnownService, listener: Listener): boolean {
  return protocol === listener.protocol && listener.port >= first && listener.port <= last;
}

/** Slurm believes what a message says of its sender; only munge, or its own JWT and slurm plugins, make that true. */
function withoutMunge(answer: NodeAnswer, open: readonly Listener[]): readonly Finding[] {
  const [type = ''] = rowsOf(answer, 'slurmauth')[0] ?? [];
  const reachable = open.some(({ port }) => port === 6817 || port === 6818);
  if (!reachable || !/^auth\/none\b/.test(type.trim())) return [];
  return [
    {
      check: 'listening',
      id: 'listening-slurm-without-munge',
      severity: 'high',
      what: 'slurm takes orders without munge (AuthType=auth/none)',
      why: 'whoever reaches its ports runs jobs as any user, root included',
      fix: ['slurm.conf on all nodes: AuthType=auth/munge', 'systemctl enable --now munge'],
    },
  ];
}

function listenerOf([protocol = '', local = '', , process = '']: readonly string[]): Listener | undefined {
  const [hexAddress = '', hexPort = ''] = local.split(':');
  const address = addressOf(hexAddress);
  if (address === undefined || !/^[0-9A-Fa-f]{4}$/.test(hexPort)) return undefined;
  return {
    protocol: protocol.startsWith('tcp') ? 'tcp' : 'udp',
    address,
    port: Number.parseInt(hexPort, 16),
    process: process === '' ? undefined : process,
  };
}

/** The address as /proc/net prints it: 32-bit words in the order of the node's processor, here little-endian. */
function addressOf(hex: string): string | undefined {
  if (!/^([0-9A-Fa-f]{8}){1,4}$/.test(hex)) return undefined;
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => [...Buffer.from(word, 'hex')].toReversed());
  if (bytes.length === 4) return bytes.join('.');
  const mapped = bytes.slice(0, 12).join(',') === '0,0,0,0,0,0,0,0,0,0,255,255';
  return mapped ? bytes.slice(12).join('.') : Buffer.from(bytes).toString('hex');
}

function isLoopback(address: string): boolean {
  return isIPv4(address) ? address.startsWith('127.') : address === `${'0'.repeat(31)}1`;
}
