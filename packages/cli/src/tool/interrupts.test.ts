import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { listenForInterrupts } from './interrupts.ts';

function setUp(interactive: boolean) {
  const source = new EventEmitter();
  const said: string[] = [];
  const left: number[] = [];
  const interrupts = listenForInterrupts(source, {
    interactive,
    say: (line) => said.push(line),
    leave: (code) => left.push(code),
  });
  const state = () => [interrupts.drain.aborted, interrupts.stop.aborted, interrupts.exitCode()];
  return { source, said, left, interrupts, state };
}

it('on a terminal the first Ctrl-C drains, the second stops, the third leaves', () => {
  const { source, said, left, state } = setUp(true);
  source.emit('SIGINT');
  expect(state()).toEqual([true, false, 130]);
  expect(said).toEqual(['interrupted: starting nothing new; Ctrl-C again to stop now']);
  source.emit('SIGINT');
  expect(state()).toEqual([true, true, 130]);
  expect(left).toEqual([]);
  source.emit('SIGINT');
  expect(left).toEqual([130]);
});

it('without a terminal the first SIGINT stops', () => {
  const { source, said, state } = setUp(false);
  source.emit('SIGINT');
  expect([...state(), said]).toEqual([true, true, 130, []]);
});

it.each([
  ['SIGTERM', 143],
  ['SIGHUP', 129],
])('%s stops at once', (signal, code) => {
  const { source, state } = setUp(true);
  source.emit(signal);
  expect(state()).toEqual([true, true, code]);
});

it('a prompt may take Ctrl-C for itself, and gives it back', () => {
  const { source, interrupts, state } = setUp(true);
  let taken = 0;
  {
    using _ = interrupts.takeInterrupts(() => {
      taken += 1;
    });
    source.emit('SIGINT');
  }
  expect([taken, ...state()]).toEqual([1, false, false, undefined]);
  source.emit('SIGINT');
  expect([taken, ...state()]).toEqual([1, true, false, 130]);
});

it('listens no longer once disposed', () => {
  const { source, interrupts } = setUp(true);
  interrupts[Symbol.dispose]();
  expect(source.eventNames()).toEqual([]);
});
