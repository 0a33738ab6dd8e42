// The network of a namespaces lab: a bridge in a namespace of its own, a cable from it to every node and one to this machine,
// the head. The lab's subnet, out of 198.18.0.0/15 (RFC 2544: test networks, routed nowhere), is also its identity: all names
// carry it, so that labs side by side cannot clash and `down` removes exactly what is its own.
import { HeorotError } from '@heorot/inventory';
import { runProgram } from './run-program.ts';

export interface LabNetwork {
  /** `198.18.7` */
  readonly prefix: string;
  /** The namespace that holds the bridge; those of the nodes are `SWITCH-NODE`. */
  readonly switchNamespace: string;
  /** The interface on this machine. */
  readonly headInterface: string;
}

/** Host parts 1 to 250 are nodes; the head is 254. */
export const MAX_NODES = 250;

/**
 * Claims a free subnet and sets up its bridge and the head's cable.
 * @throws HeorotError `lab-no-subnet`, `lab-program-failed`
 */
export async function createNetwork(random: () => number): Promise<LabNetwork> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const [second, third] = [18 + Math.floor(random() * 2), Math.floor(random() * 256)];
    const network = networkOf(second, third);
    if (await isTaken(network.prefix)) continue;
    // Making the namespace is the claim: of two labs that draw the same number only one succeeds.
    const claimed = await runProgram('ip', ['netns', 'add', network.switchNamespace]).then(
      () => true,
      () => false,
    );
    if (!claimed) continue;
    try {
      await cableHead(network);
      return network;
    } catch (error) {
      await runProgram('ip', ['netns', 'delete', network.switchNamespace]);
      throw error;
    }
  }
  throw new HeorotError(
    'lab-no-subnet',
    'no free subnet in 198.18.0.0/15, or network namespaces cannot be made',
    {
      hint: 'ip netns add probe && ip netns del probe shows whether they can',
    },
  );
}

function networkOf(second: number, third: number): LabNetwork {
  const id = `${second}-${third}`;
  return { prefix: `198.${second}.${third}`, switchNamespace: `heorot-${id}`, headInterface: `heorot${id}` };
}

/** Whether an address or a route of this machine, the default route apart, lies in the subnet. */
async function isTaken(prefix: string): Promise<boolean> {
  const routes = await runProgram('ip', ['-4', 'route', 'show', 'table', 'all']);
  return routes
    .split('\n')
    .some((route) => route.includes(`${prefix}.`) || /\b198\.1[89]\.0\.0\/1[56]\b/.test(route));
}

async function cableHead({ prefix, switchNamespace, headInterface }: LabNetwork): Promise<void> {
  await inNamespace(switchNamespace, ['link set lo up', 'link add bridge type bridge', 'link set bridge up']);
  await batch([], [`link add ${headInterface} type veth peer name head netns ${switchNamespace}`]);
  await inNamespace(switchNamespace, ['link set head master bridge up']);
  await batch([], [`address add ${prefix}.254/24 dev ${headInterface}`, `link set ${headInterface} up`]);
}

export function nodeNamespace(network: LabNetwork, node: string): string {
  return `${network.switchNamespace}-${node}`;
}

/** Makes the node's namespace with `eth0`, cabled to the bridge port that bears the node's name. */
export async function cableNode(network: LabNetwork, node: string, index: number): Promise<void> {
  const namespace = nodeNamespace(network, node);
  const [, second, third] = network.prefix.split('.').map(Number);
  const mac = [
    '02',
    '68',
    '72',
    ...[second, third, index].map((byte) => (byte ?? 0).toString(16).padStart(2, '0')),
  ];
  await runProgram('ip', ['netns', 'add', namespace]);
  await batch(
    ['-n', network.switchNamespace],
    [
      `link add ${node} type veth peer name eth0 address ${mac.join(':')} netns ${namespace}`,
      `link set ${node} master bridge up`,
    ],
  );
  await inNamespace(namespace, [
    'link set lo up',
    `address add ${network.prefix}.${index}/24 dev eth0`,
    'link set eth0 up',
  ]);
  // Known for good, so that packets to a partitioned node vanish instead of failing at once for want of ARP.
  await batch(
    [],
    [
      `neigh replace ${network.prefix}.${index} lladdr ${mac.join(':')} dev ${network.headInterface} nud permanent`,
    ],
  );
}

/** Pulls the node's cable out of the switch. */
export async function unplug(network: LabNetwork, node: string): Promise<void> {
  await inNamespace(network.switchNamespace, [`link set ${node} nomaster`]);
}

export async function plugIn(network: LabNetwork, node: string): Promise<void> {
  await inNamespace(network.switchNamespace, [`link set ${node} master bridge up`]);
}

/** Runs lines of ip(8) inside a namespace. */
async function inNamespace(namespace: string, lines: readonly string[]): Promise<void> {
  await batch(['-n', namespace], lines);
}

async function batch(options: readonly string[], lines: readonly string[]): Promise<void> {
  await runProgram('ip', [...options, '-batch', '-'], `${lines.join('\n')}\n`);
}
