// ssh2 1.17 forgets what a key exchange was made of, but not its X25519 key pair: of a thousand connections that is 5 MB, and a
// secret that nobody needs any more.
import type { Client } from 'ssh2';

/** To be called when a key exchange is through; the next one makes a pair of its own. */
export function forgetKeyPair(client: Client): void {
  const exchange = part(part(client, '_protocol'), '_kex');
  if (exchange !== undefined && part(exchange, '_keys') !== undefined) Reflect.set(exchange, '_keys', null);
}

function part(of: object | undefined, name: string): object | undefined {
  const value: unknown = of && Reflect.get(of, name);
  return typeof value === 'object' && value !== null ? value : undefined;
}
