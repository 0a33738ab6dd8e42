// What the transports need of the rest of fanout, and no more.
import type { BaseAgent, ParsedKey } from 'ssh2';
import type { ResolvedTarget } from '../ssh-config/resolved-target.ts';

export interface TransportDependencies {
  readonly identities: Identities;
  /** Something a person should hear although nothing failed: a new host key was recorded. */
  readonly note?: (node: string, text: string) => void;
}

/** Keys and agents; each key is read, decrypted and parsed once for all nodes. */
export interface Identities {
  /** Ways to authenticate, in the order to be tried. */
  methods(target: ResolvedTarget): Promise<readonly LoginMethod[]>;
}

export type LoginMethod = { readonly label: string } & (
  | { readonly kind: 'key'; readonly key: ParsedKey }
  | { readonly kind: 'agent'; readonly agent: BaseAgent }
  | { readonly kind: 'password'; readonly password: string }
);
