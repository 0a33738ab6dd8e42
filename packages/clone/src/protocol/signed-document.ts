// Documents a node acts on: lines of words, and as the last line the head's ed25519 signature over all bytes before it.
import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { HeorotError } from '@heorot/inventory';
import { line } from './words.ts';

/** Puts the signature under lines. @param key the head's private ed25519 key */
export function signDocument(lines: readonly string[], key: KeyObject): string {
  const text = `${lines.join('\n')}\n`;
  return `${text}${line('signature', sign(null, Buffer.from(text), key).toString('base64'))}\n`;
}

/** The text before the signature. @throws HeorotError `protocol-signature` when it does not fit */
export function verifyDocument(document: string, key: KeyObject): string {
  const found = /^([\s\S]*\n)signature ([A-Za-z0-9+/=]+)\n$/.exec(document);
  const [, text = '', signature = ''] = found ?? [];
  if (found === null || !verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64')))
    throw new HeorotError('protocol-signature', 'the signature of a document does not fit', {
      hint: 'the boot environment belongs to another head, or somebody changed the document on its way',
    });
  return text;
}

/** A public key from base64 of its DER form. */
export function publicKeyOf(base64: string): KeyObject {
  return createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
}

/** The DER form of a public key. */
export function derOf(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}
