// ssh2 1.17 forgets what a key exchange was made of, but not its X25519 key pair: of a thousand connections that is 5 MB, and a
// secret that nobody needs any more.
import type { Client } from 'ssh2';
import { ownPart } from './own-part.ts';

/** To be called when a key exchange is through; the next one makes a pair of its own. */
export function forgetKeyPair(client: Client): void {
  const exchange = ownPart(ownPart(client, '_protocol'), '_kex');
  if (typeof exchange === 'object' && exchange !== null && '_keys' in exchange) exchange._keys = null;
}
