// A target with everything decided: command line, inventory and ~/.ssh/config merged, transport chosen.
import type { HostName, TransportName } from '@heorot/inventory';
import type { Target } from '../model/target.ts';

export interface ResolvedTarget {
  readonly target: Target;
  readonly host: HostName;
  readonly port: number;
  readonly user: string;
  /** Existing files only are tried; missing default keys are skipped quietly, missing asked-for keys are said. */
  readonly identityFiles: readonly string[];
  readonly identitiesOnly: boolean;
  /** Socket path of the agent; undefined = none. */
  readonly agentSocket: string | undefined;
  /** Gateways from the outermost to the innermost; each is itself resolved. */
  readonly gateways: readonly ResolvedTarget[];
  readonly knownHostsFiles: readonly string[];
  /** The name looked up in known_hosts instead of the host (HostKeyAlias). */
  readonly hostKeyAlias: string | undefined;
  readonly strictHostKeyChecking: 'yes' | 'accept-new';
  readonly connectTimeoutMs: number;
  readonly keepAliveIntervalMs: number;
  readonly keepAliveCountMax: number;
  readonly transport: TransportName;
  /** Why this transport: shown by `--explain` and `-v`. */
  readonly transportReason: string;
  /** The `-F` file to hand to OpenSSH; undefined = its defaults. */
  readonly sshConfigFile: string | undefined;
  /** Options that matter and are not honoured; the engine says each once. */
  readonly warnings: readonly string[];
}
