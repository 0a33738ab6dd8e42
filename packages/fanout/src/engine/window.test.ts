import { expect, test } from 'vitest';
import { Window } from './window.ts';

const never = new AbortController().signal;

function newWindow(width: number, silent: number) {
  const rooms: string[] = [];
  const window = new Window({ width, silent, onRoom: () => rooms.push('room') });
  return { window, rooms };
}

test('has as many places as it is wide', () => {
  const { window, rooms } = newWindow(2, 0);
  const [first] = [window.enter(), window.enter()];
  expect(window.hasRoom).toBe(false);
  first.leave();
  expect([window.hasRoom, rooms]).toEqual([true, ['room']]);
});

test('a silent node makes room, as long as not too many do', () => {
  const { window, rooms } = newWindow(2, 1);
  const [first, second] = [window.enter(), window.enter()];
  first.lend();
  second.lend();
  expect([window.hasRoom, rooms]).toEqual([true, ['room']]);
  window.enter();
  expect(window.hasRoom).toBe(false);
  first.leave();
  expect([window.hasRoom, rooms]).toEqual([false, ['room']]);
});

test('a silent node that answers waits for a place, and comes before new ones', async () => {
  const { window, rooms } = newWindow(1, 1);
  const first = window.enter();
  first.lend();
  const second = window.enter();
  const back = first.takeBack(never);
  second.leave();
  await back;
  expect([window.hasRoom, rooms]).toEqual([false, ['room']]);
  first.leave();
  expect([window.hasRoom, rooms]).toEqual([true, ['room', 'room']]);
});

test('a place that is free is taken back at once, one that was never lent is kept', async () => {
  const { window } = newWindow(2, 1);
  const [first, second] = [window.enter(), window.enter()];
  first.lend();
  await first.takeBack(never);
  await second.takeBack(never);
  expect(window.hasRoom).toBe(false);
});

test('who gives up waiting takes no place', async () => {
  const { window } = newWindow(1, 1);
  const first = window.enter();
  first.lend();
  const second = window.enter();
  const stop = new AbortController();
  const back = first.takeBack(stop.signal);
  stop.abort();
  await back;
  first.leave();
  second.leave();
  expect(window.hasRoom).toBe(true);
});
