// How the two ends of the holder's socket prove to each other that they are the same user: both can read the secret of
// the folder (place/holder-place.ts), and neither sends it.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export type Side = 'run' | 'holder';

export const newNonce = (): string => randomBytes(32).toString('base64');

/** What only the holder of the secret can say of these two nonces; different for each side, so that none can be echoed. */
export function proofOf(
  side: Side,
  secret: Buffer,
  nonces: { readonly run: string; readonly holder: string },
) {
  return createHmac('sha256', secret)
    .update(`heorot ${side}\n${nonces.run}\n${nonces.holder}`)
    .digest('base64');
}

export function isSame(proof: string, expected: string): boolean {
  const [one, other] = [Buffer.from(proof), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
