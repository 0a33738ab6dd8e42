// Text of the files that OpenSSH, pdsh and clush need to reach the lab: known_hosts and an ssh_config for `ssh -F`.
import { join } from 'node:path';

export interface SshFileFacts {
  readonly folder: string;
  readonly user: string;
  readonly port: number;
  readonly nodes: readonly {
    readonly name: string;
    readonly address: string;
    readonly publicKeys: readonly string[];
  }[];
}

/** `[address]:port key`, or `address key` on port 22 (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
export function knownHostsText({ port, nodes }: SshFileFacts): string {
  return nodes
    .flatMap(({ address, publicKeys }) =>
      publicKeys.map((key) => `${port === 22 ? address : `[${address}]:${port}`} ${key}\n`),
    )
    .join('');
}

export function sshConfigText({ folder, user, port, nodes }: SshFileFacts): string {
  const hosts = nodes.map(({ name, address }) => `Host ${name}\n  HostName ${address}\n`);
  return [
    '# For the real ssh: ssh -F THIS-FILE n1 hostname\n',
    ...hosts,
    'Host *\n',
    `  User ${user}\n`,
    `  Port ${port}\n`,
    `  IdentityFile ${quoted(join(folder, 'keys', 'id_ed25519'))}\n`,
    '  IdentitiesOnly yes\n',
    '  IdentityAgent none\n',
    `  UserKnownHostsFile ${quoted(join(folder, 'known_hosts'))}\n`,
    '  GlobalKnownHostsFile /dev/null\n',
    '  StrictHostKeyChecking yes\n',
    '  UpdateHostKeys no\n',
    '  BatchMode yes\n',
  ].join('');
}

/** ssh_config(5): arguments with spaces stand in double quotes; percent signs begin tokens. */
function quoted(path: string): string {
  return `"${path.replaceAll('%', '%%')}"`;
}
