// ssh2 makes a cipher for every packet of AES-GCM from the key's bytes. Node 24 first asks, by exceptions, whether
// they are a key object: 40 µs a packet, a third of what a bulk copy costs. So ssh2 is given key objects instead.
import { createSecretKey } from 'node:crypto';
import type { Client } from 'ssh2';

/** To be called after each key exchange. Does nothing where a later ssh2 keeps its keys elsewhere. */
export function useKeyObjects(client: Client): void {
  const protocol = field(client, '_protocol');
  replace(field(protocol, '_cipher'), '_encKey');
  replace(field(protocol, '_decipher'), '_decipherKey');
}

function replace(holder: unknown, name: string): void {
  const key = field(holder, name);
  // Only AES-GCM makes its ciphers again and again; the others hold one.
  if (Buffer.isBuffer(key)) Reflect.set(Object(holder), name, createSecretKey(key));
}

function field(holder: unknown, name: string): unknown {
  return typeof holder === 'object' && holder !== null ? Reflect.get(holder, name) : undefined;
}
