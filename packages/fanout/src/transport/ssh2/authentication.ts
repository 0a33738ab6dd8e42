// One login's authentication: the key ring's methods in their order, and what to say when none was accepted.
import type { AnyAuthMethod, AuthenticationType } from 'ssh2';
import type { Credentials } from '../../keys/key-ring.ts';

export interface Authentication {
  /** ssh2's authHandler: called before each attempt with what the node still accepts (null before the first). */
  readonly next: (accepted: AuthenticationType[] | null) => AnyAuthMethod | false;
  /** A method failed on this side: an agent that does not answer. */
  note(problem: string): void;
  /** `permission denied for root: tried ssh-ed25519 /root/.ssh/id; the node accepts publickey`. */
  summary(): string;
}

/** Starts with the first real method: the `none` probe that clients begin with costs a round trip. */
export function authentication(user: string, credentials: Credentials): Authentication {
  const inTurn = credentials.authHandler(user);
  const problems: string[] = [];
  let accepts: readonly string[] = [];
  return {
    next(accepted) {
      accepts = accepted ?? accepts;
      const method = inTurn(accepted);
      // With nothing to offer, `none` at least tells what the node would accept.
      return method === false && accepted === null ? { type: 'none', username: user } : method;
    },
    note: (problem) => problems.push(problem),
    summary() {
      const { described } = credentials;
      const tried = described.length === 0 ? 'no key to try' : `tried ${described.join(', ')}`;
      const accepted = accepts.length === 0 ? [] : [`the node accepts ${accepts.join(', ')}`];
      return `permission denied for ${user}: ${[tried, ...problems, ...accepted].join('; ')}`;
    },
  };
}
