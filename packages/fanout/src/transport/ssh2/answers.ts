// Whether the other end of a connection is still there; begins nothing on it.
import type { Client } from 'ssh2';

/** Asks whether the other end answers in time. */
export type Question = (withinMs: number) => Promise<boolean>;

/** The question to one connection: who asks while it is under way gets the same answer. */
export function questionTo(client: Client): Question {
  let asked: Promise<boolean> | undefined;
  return (withinMs) => {
    asked ??= answers(client, withinMs).finally(() => {
      asked = undefined;
    });
    return asked;
  };
}

/** True when it says anything to our question in time, false also when the connection ends meanwhile. */
async function answers(client: Client, withinMs: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const patience = setTimeout(resolve, withinMs, false);
  const gone = () => resolve(false);
  client.once('close', gone);
  try {
    // A request that no server grants, but each must answer (RFC 4254 section 4): there is no such forwarding.
    client.unforwardIn('', 0, () => resolve(true));
    return await promise;
  } catch {
    return false;
  } finally {
    clearTimeout(patience);
    client.off('close', gone);
  }
}
