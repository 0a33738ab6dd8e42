import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ConnectBudget } from './connect-budget.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const never = new AbortController().signal;

test('when time is up, the reason is a connect-timeout that says what was going on', async () => {
  using budget = new ConnectBudget(2500, never);
  budget.doing = 'authenticating';
  const work = budget.race(new Promise(() => {})).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(2500);
  expect(await work).toMatchObject({
    outcome: {
      kind: 'connect-timeout',
      afterMs: 2500,
      reason: 'no answer within 2.5 s while authenticating',
    },
  });
});

test('when it is given up from outside, the reason is cancelled, in the words of whoever did', async () => {
  const controller = new AbortController();
  using budget = new ConnectBudget(2500, controller.signal);
  controller.abort(new Error('stop rule: 3 nodes failed'));
  await expect(budget.race(Promise.resolve(1))).rejects.toMatchObject({
    outcome: { kind: 'cancelled', reason: 'stop rule: 3 nodes failed', cleanup: 'ended' },
  });
});

test('work that is done in time gives its result, and nothing happens later', async () => {
  using budget = new ConnectBudget(2500, never);
  expect(await budget.race(Promise.resolve('done'))).toBe('done');
  budget[Symbol.dispose]();
  await vi.advanceTimersByTimeAsync(5000);
  expect(budget.signal.aborted).toBe(false);
});
