// What the keys that nodes show mean against the keys that are recorded. Decides nothing: the command asks a person.
import { fingerprint, type HostIdentity, type KnownHosts, type ScannedHostKey } from '@heorot/fanout';

/** One key of one node, judged. */
export interface JudgedKey extends ScannedHostKey {
  readonly node: string;
  readonly host: HostIdentity;
  readonly fingerprint: string;
  readonly verdict: KeyVerdict;
}

export type KeyVerdict =
  | { readonly kind: 'known' }
  /** No key of this type is recorded, and no other key of the host contradicts it. */
  | { readonly kind: 'new' }
  /** The host is recorded with another key of this type. */
  | { readonly kind: 'changed'; readonly where: string }
  | { readonly kind: 'revoked'; readonly where: string };

export function judgeKeys(
  node: string,
  host: HostIdentity,
  keys: readonly ScannedHostKey[],
  known: KnownHosts,
): readonly JudgedKey[] {
  const recordedTypes = known.keyTypesFor(host);
  return keys.map(({ type, key }) => {
    const found = known.check(host, key);
    return {
      node,
      host,
      type,
      key,
      fingerprint: fingerprint(key),
      verdict: verdictOf(found, recordedTypes.includes(type)),
    };
  });
}

function verdictOf(found: ReturnType<KnownHosts['check']>, typeIsRecorded: boolean): KeyVerdict {
  if (found.kind === 'known') return { kind: 'known' };
  if (found.kind === 'revoked') return { kind: 'revoked', where: found.where };
  // A host known by its ed25519 key may show an rsa key that was never recorded: that contradicts nothing.
  if (found.kind === 'changed' && typeIsRecorded) return { kind: 'changed', where: found.where };
  return { kind: 'new' };
}

/** Nodes that show the very same key: clones that never got an identity of their own. Keyed by fingerprint. */
export function sharedKeys(keys: readonly JudgedKey[]): ReadonlyMap<string, readonly string[]> {
  const nodes = Map.groupBy(keys, (key) => key.fingerprint);
  return new Map(
    [...nodes]
      .map(([print, holders]): [string, string[]] => [print, [...new Set(holders.map(({ node }) => node))]])
      .filter(([, holders]) => holders.length > 1),
  );
}
