// What went wrong before a command could start, as one of the typed outcomes, in words a person can act on.
import type { ConnectFailure } from '../../model/outcome.ts';

/** getaddrinfo(3) and connect(2) errors by the name Node gives them. */
const NETWORK_ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  ECONNABORTED: 'connection aborted',
  EPIPE: 'connection closed',
  EHOSTUNREACH: 'no route to host',
  EHOSTDOWN: 'host is down',
  ENETUNREACH: 'network is unreachable',
  ENETDOWN: 'network is down',
  ETIMEDOUT: 'connection timed out',
  ENOTFOUND: 'name not found',
  EAI_AGAIN: 'name lookup failed: no answer from the name server',
  EACCES: 'connecting is forbidden here (firewall?)',
  EPERM: 'connecting is forbidden here (firewall?)',
  EADDRNOTAVAIL: 'no free local port',
  EMFILE: 'too many open files on this machine (raise `ulimit -n`)',
  ENFILE: 'too many open files on this machine',
};

/** Part of the reason when the negotiation fails at the first list: before host key and authentication. */
export const noCommonKeyExchange = 'no key exchange algorithm in common with the built-in client';

/** RFC 4253 section 11.1. */
const TOO_MANY_AUTHENTICATION_FAILURES = /too many authentication failures/i;
const NO_MORE_AUTH_METHODS_AVAILABLE = 14;

/** A socket error in words, without the host. */
export function networkReason(error: Error): string {
  return NETWORK_ERRORS[errorCode(error) ?? ''] ?? error.message;
}

/** A failed TCP connection. */
export function unreachable(error: Error, host: string, port: number): ConnectFailure {
  const code = errorCode(error);
  const where = code === 'ENOTFOUND' || code === 'EAI_AGAIN' ? host : `${host} port ${port}`;
  return { kind: 'unreachable', reason: `${networkReason(error)}: ${where}` };
}

/** What a login knows of itself when ssh2 reports an error. */
export interface LoginFacts {
  readonly doing: string;
  /** Set when the host key was refused. */
  readonly refusal: ConnectFailure | undefined;
  /** Host key types known for the node; empty = all were offered. */
  readonly knownTypes: readonly string[];
  /** What was tried to authenticate and what the node accepts, as a clause; for `auth`. */
  readonly authentication: string;
}

/** An error event of ssh2 during the login. */
export function loginFailure(error: Error, facts: LoginFacts): ConnectFailure {
  if (facts.refusal !== undefined) return facts.refusal;
  const { message } = error;
  if (message.includes('no matching host key format') && facts.knownTypes.length > 0) {
    return {
      kind: 'host-key',
      reason: `the node has no host key of a recorded type (${facts.knownTypes.join(', ')})`,
      hint: 'if its keys were replaced, check the new fingerprint and record it: nodes trust',
    };
  }
  if (message.endsWith('no matching key exchange algorithm')) {
    return { kind: 'unreachable', reason: `${noCommonKeyExchange}; try --transport openssh` };
  }
  const mismatch = /no matching (.*)$/.exec(message)?.[1];
  if (mismatch !== undefined) {
    return {
      kind: 'unreachable',
      reason: `no ${mismatch} in common with the built-in client; try --transport openssh`,
    };
  }
  if (isAuthenticationFailure(error)) return { kind: 'auth', reason: facts.authentication };
  if (message.startsWith('Connection lost before handshake')) {
    return {
      kind: 'unreachable',
      reason: 'closed the connection before its greeting (MaxStartups, or no SSH there)',
    };
  }
  return { kind: 'unreachable', reason: `${networkReason(error)} while ${facts.doing}` };
}

function isAuthenticationFailure(error: Error): boolean {
  return (
    ('level' in error && error.level === 'client-authentication') ||
    ('code' in error && error.code === NO_MORE_AUTH_METHODS_AVAILABLE) ||
    TOO_MANY_AUTHENTICATION_FAILURES.test(error.message)
  );
}

function errorCode(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
