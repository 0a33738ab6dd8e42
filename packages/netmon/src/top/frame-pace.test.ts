import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FramePace } from './frame-pace.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Frames drawn so far, by their time; the terminal is busy while told so. */
function pace() {
  const frames: number[] = [];
  const terminal = { busy: false };
  const frame = new FramePace(
    () => {
      if (!terminal.busy) frames.push(Date.now());
      return !terminal.busy;
    },
    () => Date.now(),
  );
  return { frames, terminal, frame };
}

describe('frames', () => {
  it('are drawn five times a second at most, however much changes', () => {
    const { frames, frame } = pace();
    for (let ms = 0; ms < 990; ms += 10) {
      frame.changed();
      vi.advanceTimersByTime(10);
    }
    expect(frames).toHaveLength(5);
  });

  it('are not drawn when nothing changes', () => {
    const { frames, frame } = pace();
    frame.changed();
    vi.advanceTimersByTime(10_000);
    expect(frames).toHaveLength(1);
  });

  it('follow a key at once', () => {
    const { frames, frame } = pace();
    frame.changed();
    vi.advanceTimersByTime(40);
    frame.changed();
    frame.asked();
    vi.advanceTimersByTime(1);
    expect(frames).toHaveLength(2);
  });

  it('are left out while the terminal is busy, and the last state is drawn when it is free', () => {
    const { frames, terminal, frame } = pace();
    terminal.busy = true;
    for (let at = 0; at < 20; at++) {
      frame.changed();
      vi.advanceTimersByTime(100);
    }
    expect(frames).toEqual([]);
    terminal.busy = false;
    vi.advanceTimersByTime(1000);
    expect(frames).toHaveLength(1);
  });

  it('end with the pace', () => {
    const { frames, frame } = pace();
    frame.asked();
    frame[Symbol.dispose]();
    frame.asked();
    vi.advanceTimersByTime(1000);
    expect(frames).toEqual([]);
  });
});
