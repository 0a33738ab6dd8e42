// Which nodes a lab has: names, addresses, groups, and the small differences that make gather and diff worth a look. Pure.

export type Role = 'compute' | 'storage' | 'login';

/** A node as planned, before anything is started. */
export interface NodePlan {
  /** From 1. */
  readonly index: number;
  readonly name: string;
  readonly address: string;
  readonly role: Role;
  readonly rack: 'rack1' | 'rack2';
  /** What `uname -r` says. */
  readonly kernel: string;
  /** Path inside the home directory to content; a file that a node lacks is not there. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Plans the nodes `n1`...`nN`: the last is the login node, the quarter before it storage, the others compute
 * (fewer than four nodes are all compute); the first half stands in rack1.
 *
 * @param addressOf IPv4 address of the node with this index, from 1
 */
export function planNodes(count: number, addressOf: (index: number) => string): readonly NodePlan[] {
  return Array.from({ length: count }, (_, offset) => planNode(offset + 1, count, addressOf(offset + 1)));
}

function planNode(index: number, count: number, address: string): NodePlan {
  const name = `n${index}`;
  return {
    index,
    name,
    address,
    role: roleOf(index, count),
    rack: index <= Math.ceil(count / 2) ? 'rack1' : 'rack2',
    kernel: index === 5 ? '6.1.0-18-amd64' : '6.1.0-31-amd64',
    files: filesOf(index, name),
  };
}

function roleOf(index: number, count: number): Role {
  if (count < 4) return 'compute';
  if (index === count) return 'login';
  const storage = Math.floor(count / 4);
  return index >= count - storage ? 'storage' : 'compute';
}

/** n3 asks another time server, n7 never got the scratch mount, every node greets by its own name. */
function filesOf(index: number, name: string): Record<string, string> {
  const files: Record<string, string> = {
    motd: `Welcome to ${name}\n`,
    'ntp.conf': ntpConf(index === 3 ? 'ntp-old.example.org' : 'ntp1.example.org'),
  };
  if (index !== 7) files['scratch.mount'] = '[Mount]\nWhat=storage:/scratch\nWhere=/scratch\nType=nfs\n';
  return files;
}

function ntpConf(server: string): string {
  return `driftfile /var/lib/ntp/drift\nserver ${server} iburst\nserver ntp2.example.org iburst\nrestrict default nomodify\n`;
}
