// The transports by name, each loaded when it is first asked for: ssh2 costs 70 ms that `--help` need not pay.
import type { TransportName } from '@heorot/inventory';
import { once } from '../engine/once.ts';
import type { Transport } from '../model/transport.ts';
import type { ResolvedTarget } from '../ssh-config/resolved-target.ts';
import type { TransportDependencies } from './dependencies.ts';
import type { HostKeyScanner, ScannedHostKey } from './ssh2/scan-host-keys.ts';

export interface Transports extends AsyncDisposable {
  /** The one transport of this name; later calls give the same. */
  get(name: TransportName): Promise<Transport>;
  /**
   * The host keys that a node shows, each proven by its signature, strongest type first; nothing is authenticated,
   * trusted or recorded, but gateways on the way are logged in to, and checked, as always.
   * @throws ConnectError
   */
  scanHostKeys(target: ResolvedTarget, signal: AbortSignal): Promise<readonly ScannedHostKey[]>;
}

/** Disposing it disposes every transport that was used; dispose the sessions first. */
export function createTransports(dependencies: TransportDependencies): Transports {
  const loaded = new Map<TransportName, Promise<Transport>>();
  let scanner: Promise<HostKeyScanner> | undefined;
  return {
    async scanHostKeys(target, signal) {
      scanner ??= import('./ssh2/scan-host-keys.ts').then(
        (module) => new module.HostKeyScanner(dependencies),
      );
      return (await scanner).scan(target, signal);
    },
    get(name) {
      return once(loaded, name, () => load(name, dependencies, (other) => this.get(other)));
    },
    async [Symbol.asyncDispose]() {
      await (await scanner)?.[Symbol.asyncDispose]();
      for (const transport of await Promise.all(loaded.values())) await transport[Symbol.asyncDispose]();
    },
  };
}

async function load(
  name: TransportName,
  dependencies: TransportDependencies,
  transport: Transports['get'],
): Promise<Transport> {
  if (name === 'local') return new (await import('./local/local-transport.ts')).LocalTransport();
  if (name === 'openssh') return new (await import('./openssh/openssh-transport.ts')).OpensshTransport();
  if (name === 'relay') {
    const [{ RelayTransport }, { Gateways }] = await Promise.all([
      import('../relay/relay-transport.ts'),
      import('../gateway/gateways.ts'),
    ]);
    const { note } = dependencies;
    return new RelayTransport({ transport, gateways: new Gateways({ note }), note });
  }
  const [{ Ssh2Transport }, { OpensshDetour }] = await Promise.all([
    import('./ssh2/ssh2-transport.ts'),
    import('./openssh-detour.ts'),
  ]);
  return new OpensshDetour(new Ssh2Transport(dependencies), () => transport('openssh'), dependencies.note);
}
