// What the transports need of the rest of fanout, and no more.
import type { KeyRing } from '../keys/key-ring.ts';

export interface TransportDependencies {
  readonly keys: Pick<KeyRing, 'credentials'>;
  /** Something a person should hear although nothing failed: a host key was recorded, a key could not be used. */
  readonly note?: (node: string, text: string) => void;
}
