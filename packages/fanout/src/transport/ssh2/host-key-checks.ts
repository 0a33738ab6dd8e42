// Host keys of this transport's targets: known_hosts files read once, one verifier a login.

import { once } from '../../engine/once.ts';
import { appendKnownHosts } from '../../known-hosts/edit-known-hosts.ts';
import { type HostVerifier, hostVerifier } from '../../known-hosts/host-verifier.ts';
import { type HostIdentity, type KnownHosts, nameOf, readKnownHosts } from '../../known-hosts/known-hosts.ts';
import { formatKnownHostLine } from '../../known-hosts/known-hosts-line.ts';
import type { ResolvedTarget } from '../../ssh-config/resolved-target.ts';

/** A verifier for one login, with the key types that are known for its host (empty: the host is unknown). */
export interface HostKeyCheck extends HostVerifier {
  readonly host: HostIdentity;
  readonly types: readonly string[];
  /** All that is known, of this host and others. */
  readonly knownHosts: KnownHosts;
}

export class HostKeyChecks {
  readonly #read = new Map<string, Promise<KnownHosts>>();

  async forTarget(target: ResolvedTarget): Promise<HostKeyCheck> {
    const knownHosts = await this.#knownHosts(target.knownHostsFiles);
    const host: HostIdentity = { host: target.host, port: target.port, alias: target.hostKeyAlias };
    const verifier = hostVerifier({
      node: target.target.node,
      host,
      knownHosts,
      policy: target.strictHostKeyChecking,
      ...recorder(target, host),
    });
    return { ...verifier, host, types: knownHosts.keyTypesFor(host), knownHosts };
  }

  #knownHosts(files: readonly string[]): Promise<KnownHosts> {
    return once(this.#read, files.join('\0'), () => readKnownHosts(files));
  }
}

/** How an accepted key is written down; nothing without a file to write to. */
function recorder({ knownHostsFiles: [file], hashKnownHosts }: ResolvedTarget, host: HostIdentity) {
  if (file === undefined) return {};
  const record = (key: Buffer): string => {
    appendKnownHosts(file, formatKnownHostLine([nameOf(host)], key, { hash: hashKnownHosts }));
    return file;
  };
  return { record };
}
