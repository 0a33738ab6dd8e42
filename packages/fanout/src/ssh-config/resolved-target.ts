// A target with everything decided: command line, inventory and ~/.ssh/config merged, transport chosen.
import type { HostName, TransportName } from '@heorot/inventory';
import type { Target } from '../model/target.ts';
import type { Algorithms } from './algorithms.ts';

/** Gateways from the outermost to the innermost; each is itself resolved. */
export type Way = readonly ResolvedTarget[];

/** Three unanswered ones end a session: a node that lost its power in the middle of a command would be waited for for ever. */
export const defaultKeepAliveMs = 20_000;

export interface ResolvedTarget {
  readonly target: Target;
  readonly host: HostName;
  readonly port: number;
  readonly user: string;
  /** Keys of which the private or the public half exists; a missing one that was asked for is in `warnings`. */
  readonly identityFiles: readonly string[];
  readonly identitiesOnly: boolean;
  /** Socket path of the agent; undefined = none. */
  readonly agentSocket: string | undefined;
  /** ForwardAgent of ssh config; counts for a gateway that relays, which may then log in to its nodes with our agent. */
  readonly forwardAgent: boolean;
  /** None where it is reached directly. */
  readonly gateways: Way;
  /** Ways to take instead, in this order, when a gateway is dead. */
  readonly otherWays?: readonly Way[];
  /** Nothing here knows how to open a connection to it: a ProxyCommand of ssh config does that. */
  readonly throughProxyCommand: boolean;
  /** New keys are recorded in the first. */
  readonly knownHostsFiles: readonly string[];
  /** Record new keys under hashed names (HashKnownHosts). */
  readonly hashKnownHosts: boolean;
  /** The name looked up in known_hosts instead of the host (HostKeyAlias). */
  readonly hostKeyAlias: string | undefined;
  readonly strictHostKeyChecking: 'yes' | 'accept-new';
  readonly connectTimeoutMs: number;
  readonly keepAliveIntervalMs: number;
  readonly keepAliveCountMax: number;
  /** For ssh2, where ssh config restricts them. */
  readonly algorithms: Algorithms;
  readonly transport: TransportName;
  /** Asked for by name, on the command line or in the inventory: no other is taken in its place. */
  readonly transportIsAskedFor: boolean;
  /** Why this transport: shown by `--explain` and `-v`. */
  readonly transportReason: string;
  /** The `-F` file to hand to OpenSSH; undefined = its defaults. */
  readonly sshConfigFile: string | undefined;
  /** Options that matter and are not honoured; the engine says each once. */
  readonly warnings: readonly string[];
}
