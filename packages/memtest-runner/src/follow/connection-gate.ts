// Lets at most so many nodes connect at a time: a thousand handshakes at once would make all of them late.
import type { Gate } from './follow-node.ts';

export function connectionGate(width: number): Gate {
  const waiting: (() => void)[] = [];
  let inside = 0;
  const leave = () => {
    inside -= 1;
    waiting.shift()?.();
  };
  return {
    async pass(signal) {
      while (inside >= width) {
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting.push(resolve);
        const onAbort = () => resolve();
        signal.addEventListener('abort', onAbort, { once: true });
        await promise;
        signal.removeEventListener('abort', onAbort);
        signal.throwIfAborted();
      }
      inside += 1;
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
