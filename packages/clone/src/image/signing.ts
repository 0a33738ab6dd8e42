// Signs what a node runs: ed25519 (RFC 8032) over a manifest, with a line before it so that a signature fits nothing else.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { HeorotError } from '@heorot/inventory';

/** A new pair as PEM; the private one is for a file with mode 600. */
export function generateSigningKey(): { readonly privateKey: string; readonly publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/** A signature and the key it was made with. */
export interface Signature {
  /** The first 16 hex digits of the sha256 of the public key. */
  readonly keyId: string;
  /** Base64. */
  readonly signature: string;
}

/** Signs bytes. @throws HeorotError `image-key` for a key that is not ed25519 */
export function signManifest(manifest: Uint8Array, privateKey: string): Signature {
  const key = readKey(() => createPrivateKey(privateKey));
  return {
    keyId: keyIdOf(createPublicKey(key)),
    signature: sign(null, signedBytes(manifest), key).toString('base64'),
  };
}

/** Verifies with the key that the signature names. @throws HeorotError `image-signature` when there is none, or it does not fit */
export function verifyManifest(
  manifest: Uint8Array,
  signature: Signature,
  publicKeys: readonly string[],
): void {
  const keys = publicKeys.map((pem) => readKey(() => createPublicKey(pem)));
  const key = keys.find((each) => keyIdOf(each) === signature.keyId);
  if (key === undefined)
    throw new HeorotError('image-signature', `the image is signed by an unknown key ${signature.keyId}`, {
      hint: `keys that are trusted: ${keys.map(keyIdOf).join(', ') || 'none'}`,
    });
  if (!verify(null, signedBytes(manifest), key, Buffer.from(signature.signature, 'base64')))
    throw new HeorotError('image-signature', 'the signature of the image does not fit', {
      hint: 'the image was changed or damaged: do not deploy it',
    });
}

function signedBytes(manifest: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from('heorot image manifest 1\n'), manifest]);
}

function keyIdOf(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('hex').slice(0, 16);
}

function readKey(read: () => KeyObject): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = read();
  } catch (cause) {
    throw new HeorotError('image-key', 'the signing key cannot be read', { cause, hint: 'it is a PEM file' });
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw new HeorotError(
      'image-key',
      `the signing key is ${key.asymmetricKeyType ?? 'of no known kind'}, not ed25519`,
    );
  return key;
}
