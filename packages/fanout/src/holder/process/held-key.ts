// What makes two wishes for a connection the same: everything that decides who is talked to, as whom, and how that is
// checked. A run with other settings gets another connection.
import type { ResolvedTarget } from '../../ssh-config/resolved-target.ts';

export function heldKey(target: ResolvedTarget): string {
  return JSON.stringify([...target.gateways, target].map(partOf));
}

/** Not what a connection does not depend on: how long making one may take, labels, what was said about it. */
const partOf = (target: ResolvedTarget) => [
  target.target.node,
  target.host,
  target.port,
  target.user,
  target.identityFiles,
  target.identitiesOnly,
  target.agentSocket,
  target.throughProxyCommand,
  target.knownHostsFiles,
  target.hashKnownHosts,
  target.hostKeyAlias,
  target.strictHostKeyChecking,
  target.keepAliveIntervalMs,
  target.keepAliveCountMax,
  target.algorithms,
  target.transport,
  target.sshConfigFile,
];
