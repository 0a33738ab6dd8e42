// Secrets on their way to one machine: encrypted to the key it made at this boot, signed by the head. README.md, "Secrets".
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import type { Binding } from './plan-document.ts';
import { derOf, publicKeyOf, signDocument } from './signed-document.ts';
import { line } from './words.ts';

const heading = 'heorot-sealed 1';
const noIv = Buffer.alloc(16);

/**
 * Seals bytes for the holder of an X25519 key. Every call makes a key of its own, so the cipher's IV may be zero.
 * @param claimKey base64 of the node's public key, as its claim says it
 */
export function sealDocument(
  binding: Binding,
  payload: Uint8Array,
  claimKey: string,
  signingKey: KeyObject,
): string {
  const { privateKey, publicKey } = generateKeyPairSync('x25519');
  const shared = diffieHellman({ privateKey, publicKey: publicKeyOf(claimKey) });
  const cipher = createCipheriv('aes-256-ctr', cipherKey(binding.nonce, shared), noIv);
  const sealed = Buffer.concat([cipher.update(payload), cipher.final()]);
  return signDocument(
    [
      heading,
      line('node', binding.node),
      line('deployment', binding.deployment),
      line('nonce', binding.nonce),
      line('key', derOf(publicKey).toString('base64')),
      line('payload', sealed.toString('base64')),
    ],
    signingKey,
  );
}

/** What a node does with a verified document: for tests, and for agents in this language. */
export function openSealed(text: string, nonce: string, privateKey: KeyObject): Buffer {
  const fields = new Map(
    text
      .trimEnd()
      .split('\n')
      .map((each) => {
        const blank = each.indexOf(' ');
        return [each.slice(0, blank), each.slice(blank + 1)] as const;
      }),
  );
  const shared = diffieHellman({ privateKey, publicKey: publicKeyOf(fields.get('key') ?? '') });
  const decipher = createDecipheriv('aes-256-ctr', cipherKey(nonce, shared), noIv);
  return Buffer.concat([
    decipher.update(Buffer.from(fields.get('payload') ?? '', 'base64')),
    decipher.final(),
  ]);
}

function cipherKey(nonce: string, shared: Uint8Array): Buffer {
  return createHash('sha256').update(`${heading}\n${nonce}\n`).update(shared).digest();
}
