// Work in steps, between which everything else has its turn: sampling, pages, Ctrl-C.
import { setImmediate } from 'node:timers/promises';

const turnMs = 8;

/** @throws the reason of the signal */
export async function inTurns<Result>(
  steps: Iterator<unknown, Result>,
  signal: AbortSignal,
): Promise<Result> {
  signal.throwIfAborted();
  let turn = performance.now() + turnMs;
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    if (performance.now() < turn) continue;
    await setImmediate();
    signal.throwIfAborted();
    turn = performance.now() + turnMs;
  }
}
