// A failure on the way to a node that is its gateway's, told by its reason: the words are the same from both transports
// and over the holder's socket. Made and recognised here alone.
import type { ConnectFailure } from '../model/outcome.ts';
import { ConnectError } from '../model/transport.ts';

/** The node's outcome when its gateway failed: the same kind, with the gateway named once. */
export function gatewayFailure(gateway: string, outcome: ConnectFailure): ConnectFailure {
  if (outcome.reason.startsWith('gateway ')) return outcome;
  return { ...outcome, reason: `gateway ${gateway}: ${outcome.reason}` };
}

/** What a node gets when its gateway could not be opened; `ownTimeout`, of the node itself, stays what it is. */
export function asGatewayFailure(error: unknown, gateway: string, ownTimeout: unknown): unknown {
  if (!(error instanceof ConnectError) || error === ownTimeout) return error;
  return new ConnectError(gatewayFailure(gateway, error.outcome), { cause: error });
}

/** What a node gets when its gateway was there, and is no more. */
export function gatewayLost(gateway: string, reason: string, options: ErrorOptions = {}): ConnectError {
  return new ConnectError(gatewayFailure(gateway, { kind: 'unreachable', reason }), options);
}

/** What a login says it is doing while its gateway is not open yet. */
export const waitingForGateway = (gateway: string) => `waiting for gateway ${gateway}`;

/**
 * The gateway that could not be reached or was lost, if that is what happened. One that refuses the login, or shows
 * another host key, is not dead: that failure is final.
 */
export function deadGateway({ kind, reason }: ConnectFailure): string | undefined {
  if (kind !== 'unreachable' && kind !== 'connect-timeout') return undefined;
  return (/^gateway (\S+): /.exec(reason) ?? /while waiting for gateway (\S+)$/.exec(reason))?.[1];
}
