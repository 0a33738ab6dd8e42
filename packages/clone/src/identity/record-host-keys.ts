// Host keys of nodes into known_hosts, in the moment they leave the head: the first login is checked strictly.
import { formatKnownHostLine, knownHostName, replaceKnownHost } from '@heorot/fanout';
import type { NodeRecord } from '@heorot/inventory';

export interface HostKeyRecord {
  readonly node: NodeRecord;
  /** `ssh-ed25519 AAAA...` a line. */
  readonly hostKeys: string;
}

/**
 * Puts the keys in the place of what the file said of these nodes; the file changes once.
 * @param path the known_hosts file that is used for the nodes
 */
export async function recordHostKeys(path: string, records: readonly HostKeyRecord[]): Promise<void> {
  const namesOf = ({ name, address, port = 22 }: NodeRecord): readonly string[] => [
    ...new Set([knownHostName(name, port), knownHostName(address, port)]),
  ];
  const lines = records.flatMap(({ node, hostKeys }) =>
    hostKeys
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => formatKnownHostLine(namesOf(node), Buffer.from(line.split(' ')[1] ?? '', 'base64'))),
  );
  await replaceKnownHost(
    path,
    records.flatMap(({ node }) => namesOf(node)),
    lines.join(''),
  );
}
