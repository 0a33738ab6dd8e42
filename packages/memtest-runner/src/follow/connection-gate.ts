// Lets at most so many nodes connect at a time: a thousand handshakes at once would make all of them late.
import type { Gate } from './follow-node.ts';

export function connectionGate(width: number): Gate {
  const waiting = new Set<() => void>();
  let free = width;
  /** Whoever leaves gives the place to the one that waits longest. */
  const leave = () => {
    const [next] = waiting;
    if (next === undefined) free += 1;
    else next();
  };
  return {
    async pass(signal) {
      signal.throwIfAborted();
      if (free > 0) free -= 1;
      else await placeIn(waiting, signal);
      let left = false;
      return {
        [Symbol.dispose]: () => {
          if (!left) leave();
          left = true;
        },
      };
    },
  };
}

async function placeIn(waiting: Set<() => void>, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const enter = () => {
    waiting.delete(enter);
    resolve();
  };
  const onAbort = () => {
    waiting.delete(enter);
    reject(signal.reason);
  };
  waiting.add(enter);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await promise;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
