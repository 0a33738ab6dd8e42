// A second private key of the lab's user, under a passphrase: for who wants to be asked for one.
import { join } from 'node:path';
import { writeKeyPair } from '../folder/lab-folder.ts';
import { generateKeyPair, type KeyPair } from './key-pair.ts';

export interface EncryptedKey {
  readonly path: string;
  readonly pair: KeyPair;
}

/** Writes keys/id_encrypted of the lab; undefined without a passphrase. */
export async function writeEncryptedKey(
  folder: string,
  passphrase: string | undefined,
): Promise<EncryptedKey | undefined> {
  if (passphrase === undefined) return undefined;
  const path = join(folder, 'keys', 'id_encrypted');
  const pair = await generateKeyPair('ed25519', passphrase);
  await writeKeyPair(path, pair);
  return { path, pair };
}
