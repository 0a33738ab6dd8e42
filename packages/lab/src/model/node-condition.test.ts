import { expect, it } from 'vitest';
import type { Fault } from './lab.ts';
import { conditionAfter, type NodeCondition } from './node-condition.ts';

it.each<[readonly Fault['kind'][], NodeCondition]>([
  [['kill'], 'killed'],
  [['kill', 'reboot'], 'up'],
  [['freeze', 'thaw'], 'up'],
  [['freeze', 'heal'], 'frozen'],
  [['partition', 'heal'], 'up'],
  [['partition', 'reboot'], 'partitioned'],
  [['slow', 'reboot'], 'slow'],
  [['slow', 'heal'], 'up'],
  [['kill', 'thaw'], 'killed'],
])('after %j a node is %s', (kinds, condition) => {
  const faults = kinds.map((kind): Fault => (kind === 'slow' ? { kind, delayMs: 1 } : { kind }));
  expect(faults.reduce(conditionAfter, 'up')).toBe(condition);
});
