// Host keys of nodes into known_hosts, in the moment they leave the head: the first login is checked strictly.
import {
  appendKnownHosts,
  formatKnownHostLine,
  nameOf,
  type ResolvedTarget,
  replaceKnownHost,
  resolveTargets,
  targetOf,
} from '@heorot/fanout';
import type { NodeRecord } from '@heorot/inventory';

export interface HostKeyRecord {
  readonly node: NodeRecord;
  /** `ssh-ed25519 AAAA...` a line. */
  readonly hostKeys: string;
  /** A rescue system: the key of the system on the disk stays good beside this one. */
  readonly beside: boolean;
}

/**
 * Puts the keys in the place of what known_hosts said of these nodes; each file changes once. The files and names are
 * those that a login looks into: cluster file and ssh config are asked.
 */
export async function recordHostKeys(
  records: readonly HostKeyRecord[],
  sshConfigFile?: string,
): Promise<void> {
  const targets = await resolveTargets(
    records.map(({ node }) => targetOf(node)),
    { sshConfigFile },
  );
  const both = targets.flatMap((target, at) => {
    const record = records[at];
    return record === undefined ? [] : [{ target, ...record }];
  });
  for (const [file, each] of Map.groupBy(both, ({ target }) => target.knownHostsFiles[0])) {
    if (file === undefined) continue;
    const names = each.filter(({ beside }) => !beside).map(({ target }) => recordedName(target));
    const lines = each.map(linesOf).join('');
    if (names.length === 0) appendKnownHosts(file, lines);
    else await replaceKnownHost(file, names, lines);
  }
}

function linesOf({
  target,
  hostKeys,
}: {
  readonly target: ResolvedTarget;
  readonly hostKeys: string;
}): string {
  return hostKeys
    .split('\n')
    .filter((line) => line !== '')
    .map((line) =>
      formatKnownHostLine([recordedName(target)], Buffer.from(line.split(' ')[1] ?? '', 'base64'), {
        hash: target.hashKnownHosts,
      }),
    )
    .join('');
}

function recordedName({ host, port, hostKeyAlias }: ResolvedTarget): string {
  return nameOf({ host, port, alias: hostKeyAlias });
}
