import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Paced, pace } from './pacer.ts';

interface Log extends Paced {
  readonly ticks: number[];
  readonly checks: number[];
  readonly excused: number[];
}

function member(): Log {
  const log = { ticks: new Array<number>(), checks: new Array<number>(), excused: new Array<number>() };
  return {
    ...log,
    tick: (nowMs) => void log.ticks.push(nowMs),
    check: (nowMs) => void log.checks.push(nowMs),
    excuse: (forMs) => void log.excused.push(forMs),
  };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const phases = (times: readonly number[]) => times.map((time) => Math.round(time) % 1000);

describe('the beat of a source', () => {
  it('asks each member once an interval, spread over it, and looks after it a while later', () => {
    const members = Array.from({ length: 20 }, member);
    const startedMs = performance.now();
    using _ = pace(members, 1000);
    vi.advanceTimersByTime(5000);
    const first = members[0]?.ticks ?? [];
    expect(first.length).toBeGreaterThanOrEqual(5);
    expect(phases(first.map((time) => time - startedMs))).toEqual(first.map(() => 0));
    expect(members[10]?.ticks.map((time) => Math.round(time - startedMs) % 1000).slice(0, 4)).toEqual([
      500, 500, 500, 500,
    ]);
    expect(members[0]?.checks.map((time) => Math.round(time - startedMs) % 1000).slice(0, 4)).toEqual([
      400, 400, 400, 400,
    ]);
  });

  it('does not drift', () => {
    const only = member();
    const startedMs = performance.now();
    using _ = pace([only], 100);
    vi.advanceTimersByTime(60_050);
    expect(only.ticks).toHaveLength(601);
    expect(Math.round((only.ticks.at(-1) ?? 0) - startedMs)).toBe(60_000);
  });

  it('after a stand-still goes on where it is, and blames nobody', () => {
    const only = member();
    using _ = pace([only], 1000);
    vi.advanceTimersByTime(1500);
    const before = only.ticks.length;
    vi.setSystemTime(Date.now());
    const now = performance.now();
    vi.spyOn(performance, 'now').mockReturnValueOnce(now + 10_000);
    vi.advanceTimersByTime(100);
    expect(only.excused.length).toBe(1);
    expect(only.ticks.length - before).toBeLessThanOrEqual(1);
    vi.restoreAllMocks();
  });

  it('ends when it is disposed', () => {
    const only = member();
    pace([only], 100)[Symbol.dispose]();
    vi.advanceTimersByTime(1000);
    expect(only.ticks).toEqual([]);
  });
});
