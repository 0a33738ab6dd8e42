// Where the head keeps what the parts of clone share, below the state folder of the tool.
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makePrivateFolder, withLock, writeFileAtomically } from '@heorot/state';
import { generateSigningKey } from '../image/signing.ts';

/** The paths of a head, from `stateFolder(env, 'clone')`. */
export interface HeadFolder {
  readonly path: string;
  /** SQLite: deployments, machines, claims. */
  readonly database: string;
  /** OCI image layout. */
  readonly images: string;
  /** vmlinuz, initrd.img, grub/: what `clone bootenv build` writes and `/boot/` serves. */
  readonly bootenv: string;
  /** Logs of nodes, NODE/ID.log. */
  readonly logs: string;
  /** The ed25519 key that signs images, plans and secrets: PEM, mode 600. */
  readonly signingKey: string;
  /** Its public half, PEM: baked into the boot environment as /etc/heorot/signing.pem. */
  readonly publicKey: string;
}

/** @example headFolder(stateFolder(env, 'clone')) */
export function headFolder(path: string): HeadFolder {
  return {
    path,
    database: join(path, 'clone.db'),
    images: join(path, 'images'),
    bootenv: join(path, 'bootenv'),
    logs: join(path, 'logs'),
    signingKey: join(path, 'signing.key'),
    publicKey: join(path, 'signing.pem'),
  };
}

export interface HeadKey {
  readonly privateKey: KeyObject;
  readonly privatePem: string;
  readonly publicKey: KeyObject;
  readonly publicPem: string;
}

/** The signing key of the head; made on first use. */
export async function openHeadKey(folder: HeadFolder): Promise<HeadKey> {
  const present = await readKey(folder);
  if (present !== undefined) return present;
  await makePrivateFolder(folder.path);
  return withLock(join(folder.path, 'signing.lock'), async () => {
    const meanwhile = await readKey(folder);
    if (meanwhile !== undefined) return meanwhile;
    const { privateKey, publicKey } = generateSigningKey();
    // The public half first: who sees the private one finds both.
    await writeFileAtomically(folder.publicKey, publicKey);
    await writeFileAtomically(folder.signingKey, privateKey, { mode: 0o600 });
    return keyOf(privateKey);
  });
}

async function readKey({ signingKey }: HeadFolder): Promise<HeadKey | undefined> {
  try {
    return keyOf(await readFile(signingKey, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function keyOf(privatePem: string): HeadKey {
  const publicKey = createPublicKey(privatePem);
  return {
    privateKey: createPrivateKey(privatePem),
    privatePem,
    publicKey,
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}
