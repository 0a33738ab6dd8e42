import { plainTheme } from '@heorot/cli';
import type { RunEvent } from '@heorot/fanout';
import { expect, it } from 'vitest';
import { Progress } from './progress.ts';

it('tells nodes that run from those that wait to connect', () => {
  let now = 0;
  const progress = new Progress(3, plainTheme, () => now);
  expect(progress.line()).toBe('0 of 3 done · 0 running · 3 waiting · 0 s');
  progress.event(start('n1'));
  progress.event(start('n2'));
  now = 2000;
  expect(progress.line()).toBe('0 of 3 done · 2 running · 1 waiting · 2 s');
  progress.event(end('n1'));
  progress.event(end('n3'));
  expect(progress.line()).toBe('2 of 3 done · 1 running · 2 s');
});

function start(node: string): RunEvent {
  return { kind: 'start', node, at: 0 };
}

function end(node: string): RunEvent {
  return { kind: 'exit', node, outcome: { kind: 'ok' }, elapsedMs: 1 };
}
