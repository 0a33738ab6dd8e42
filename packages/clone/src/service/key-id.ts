// How the kernel command line names the key of a head.
import { createHash } from 'node:crypto';
import { derOf } from '../protocol/signed-document.ts';
import type { Head } from './open-head.ts';

/** The beginning of the sha256 of the public key. */
export function keyIdOf({ key }: Head): string {
  return createHash('sha256').update(derOf(key.publicKey)).digest('hex').slice(0, 16);
}
