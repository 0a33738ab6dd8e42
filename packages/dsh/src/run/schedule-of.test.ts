import { describe, expect, it } from 'vitest';
import { scheduleOf } from './schedule-of.ts';

const flags = { fanout: 64, sequential: false, batch: undefined, 'max-fail': undefined, 'fail-fast': false };

describe('scheduleOf', () => {
  it.each([
    ['one sliding window by default', {}, { fanout: 64 }],
    ['one node at a time', { sequential: true }, { fanout: 1 }],
    ['a batch of so many nodes', { batch: '8' }, { fanout: 64, batch: 8 }],
    ['a batch of a share of the nodes', { batch: '10%' }, { fanout: 64, batch: 20 }],
    ['a batch of a share, rounded down', { batch: '1%' }, { fanout: 64, batch: 2 }],
    ['a limit of failures, rounded down', { 'max-fail': '1%' }, { fanout: 64, maxFailures: 2 }],
    ['no tolerance at all', { 'fail-fast': true }, { fanout: 64, maxFailures: 0, endRunning: true }],
  ])('gives %s', (_, given, expected) => {
    expect(scheduleOf({ ...flags, ...given }, 205)).toEqual(expected);
  });

  it('takes a share of less than one node for one node', () => {
    expect(scheduleOf({ ...flags, batch: '1%' }, 10)).toEqual({ fanout: 64, batch: 1 });
  });

  it.each(['0', '00', '0%'])('refuses a batch of no nodes: %s', (batch) => {
    expect(() => scheduleOf({ ...flags, batch }, 10)).toThrow(`a batch of ${batch} nodes would never end`);
  });

  it.each(['x', '-1', '101%', '1.5', '', '5 %'])('refuses %j', (batch) => {
    expect(() => scheduleOf({ ...flags, batch }, 10)).toThrow('neither a number nor a percentage');
  });
});
