// What lies on disk for an identity file, without opening private keys: decides between ssh2 and OpenSSH.
import { readFile } from 'node:fs/promises';
import { parseOpensshKeyHead, parsePublicKeyLine } from '../keys/public-half.ts';
import { keyTypeOf } from '../known-hosts/host-key.ts';

export interface IdentitySurvey {
  readonly path: string;
  readonly exists: boolean;
  /** `PATH-cert.pub` lies beside it: ssh would offer the certificate. */
  readonly certificate: boolean;
  /** From `PATH.pub`, else from the unencrypted head of an OpenSSH key file; undefined when neither tells. */
  readonly keyType: string | undefined;
}

/** The identities that ssh tries unasked, in its order. */
export const defaultIdentities = [
  'id_rsa',
  'id_ecdsa',
  'id_ecdsa_sk',
  'id_ed25519',
  'id_ed25519_sk',
  'id_xmss',
  'id_dsa',
];

export async function surveyIdentity(path: string): Promise<IdentitySurvey> {
  const [privateText, publicText, certificate] = await Promise.all([
    readIfThere(path),
    readIfThere(`${path}.pub`),
    readIfThere(`${path}-cert.pub`),
  ]);
  const key = parsePublicKeyLine(publicText ?? '') ?? parseOpensshKeyHead(privateText ?? '')?.publicKey;
  return {
    path,
    exists: privateText !== undefined || publicText !== undefined,
    certificate: certificate !== undefined,
    keyType: key === undefined ? undefined : keyTypeOf(key),
  };
}

export function isHardwareKey({ keyType }: IdentitySurvey): boolean {
  return keyType?.startsWith('sk-') === true;
}

/** undefined for what is not there or not ours to read: a key that cannot be read is said when it is loaded. */
async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error) return error.code === 'EACCES' ? '' : undefined;
    throw error;
  }
}
