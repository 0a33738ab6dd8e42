import { expect, test } from 'vitest';
import { LoginWindow } from './login-window.ts';

const never = new AbortController().signal;

/** Work that ends when told to. */
function job() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { done: resolve, work: () => promise };
}

test('no more logins are under way than the window has places, and all get their turn in order', async () => {
  const window = new LoginWindow(2, 60_000);
  const jobs = Array.from({ length: 5 }, job);
  const begun: number[] = [];
  const all = jobs.map(({ work }, number) =>
    window.within(never, () => {
      begun.push(number);
      return work();
    }),
  );
  for (const [number, { done }] of jobs.entries()) {
    await new Promise(setImmediate);
    expect(begun).toHaveLength(Math.min(number + 2, 5));
    done();
  }
  await Promise.all(all);
  expect(begun).toEqual([0, 1, 2, 3, 4]);
});

test('a place is free again after work that failed, and after work that is old', async () => {
  const window = new LoginWindow(1, 1);
  await expect(window.within(never, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  const stuck = job();
  const first = window.within(never, stuck.work);
  expect(await window.within(never, async () => 'second')).toBe('second');
  stuck.done();
  await first;
  expect(await window.within(never, async () => 'third')).toBe('third');
});

test('who gives up waits no longer, and takes no place', async () => {
  const window = new LoginWindow(1, 60_000);
  const stuck = job();
  const first = window.within(never, stuck.work);
  const abort = new AbortController();
  const second = window.within(abort.signal, async () => abort.signal.throwIfAborted());
  abort.abort(new Error('given up'));
  await expect(second).rejects.toThrow('given up');
  stuck.done();
  await first;
  expect(await window.within(never, async () => 'third')).toBe('third');
});
