// What a command's lost channel means for its node: the connection went, or what held it for us did.
import type { Outcome } from './outcome.ts';
import type { ChannelEnd } from './transport.ts';

export function lostOutcome({ reason, carrier }: Extract<ChannelEnd, { kind: 'lost' }>): Outcome {
  // The connection may be as good as ever: only we no longer know what became of the command.
  const kind = carrier === 'holder' ? 'cancelled' : 'unreachable';
  return { kind, reason, cleanup: 'may-still-run' };
}
