// The order in which ways to authenticate are tried, and what to say when none was accepted.
import type { AnyAuthMethod, AuthenticationType } from 'ssh2';
import type { LoginMethod } from '../dependencies.ts';

/** One login's walk through its methods. */
export interface AuthenticationOrder {
  /** ssh2's authHandler: called before each attempt with what the node still accepts (null before the first). */
  readonly next: (accepted: AuthenticationType[] | null) => AnyAuthMethod | false;
  /** A method that failed on this side, such as an agent that does not answer. */
  note(problem: string): void;
  /** `permission denied for root: tried key a, agent; the node accepts publickey`. */
  summary(): string;
}

/** Starts with the first real method: the `none` probe that clients begin with costs a round trip. */
export function authenticationOrder(user: string, methods: readonly LoginMethod[]): AuthenticationOrder {
  const waiting = [...methods];
  const tried: string[] = [];
  let accepts: readonly string[] | undefined;

  const next: AuthenticationOrder['next'] = (accepted) => {
    if (accepted !== null) accepts = accepted;
    for (let method = waiting.shift(); method !== undefined; method = waiting.shift()) {
      if (accepts !== undefined && !accepts.includes(protocolName(method))) continue;
      tried.push(method.label);
      return attempt(user, method);
    }
    // With nothing to offer, `none` at least tells what the node would accept.
    if (accepts !== undefined || tried.length > 0) return false;
    accepts = [];
    return { type: 'none', username: user };
  };

  return {
    next,
    note: (problem) => tried.push(`(${problem})`),
    summary: () => {
      const attempts = tried.length === 0 ? 'no key and no agent to try' : `tried ${tried.join(', ')}`;
      const rest =
        accepts === undefined || accepts.length === 0 ? '' : `; the node accepts ${accepts.join(', ')}`;
      return `permission denied for ${user}: ${attempts}${rest}`;
    },
  };
}

/** RFC 4252's name of the method. */
function protocolName(method: LoginMethod): AuthenticationType {
  return method.kind === 'password' ? 'password' : 'publickey';
}

function attempt(user: string, method: LoginMethod): AnyAuthMethod {
  switch (method.kind) {
    case 'key':
      return { type: 'publickey', username: user, key: method.key };
    case 'agent':
      return { type: 'agent', username: user, agent: method.agent };
    case 'password':
      return { type: 'password', username: user, password: method.password };
  }
}
