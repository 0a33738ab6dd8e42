import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodeSample } from '../model/sample.ts';
import { recordDay, seconds as secondsRecorded, startMs } from '../replay/testing/recorded-day.fixture.ts';
import { BucketSums } from './bucket-sums.ts';
import { nodeHistory } from './node-history.ts';

const options = { intervalMs: 1000, interfaces: [] };
const hour = 3_600_000;

describe('the history of a node', () => {
  it('has the growth of its counters to the byte, whatever the step', async () => {
    await using day = await recordDay();
    const last = (secondsRecorded - 1) * 1000 + hour;
    for (const stepMs of [700, 1000, 10_000, 60_000, 2 * hour]) {
      const { buckets } = nodeHistory(day.recording, 'n2', {
        ...options,
        stepMs,
        fromMs: startMs,
        toMs: startMs + last + 200,
      });
      const elapsed = last / 1000;
      const received = buckets.reduce((sum, bucket) => sum + bucket.received.bytes, 0);
      expect([stepMs, received]).toEqual([stepMs, elapsed * 1000 + ((elapsed * elapsed) % 17)]);
      expect(buckets.reduce((sum, bucket) => sum + bucket.sent.bytes, 0)).toBe(elapsed * 10);
    }
  });

  it('says what happened, and that nothing is known across a reboot', async () => {
    await using day = await recordDay();
    const { buckets, events } = nodeHistory(day.recording, 'n1', {
      ...options,
      stepMs: 10_000,
      fromMs: startMs,
      toMs: startMs + 100_000,
    });
    expect(events.map(({ event }) => event)).toEqual(['rebooted']);
    expect(buckets).toHaveLength(10);
    const [before, across] = [buckets[2], buckets[3]];
    expect(before?.known).toBeCloseTo(1, 5);
    // The second before the reading at 03:00:40.
    expect(across?.known).toBeGreaterThan(0.85);
    expect(across?.known).toBeLessThan(0.95);
    expect(Math.round(before?.received.mean ?? 0)).toBeGreaterThan(990);
    expect(before?.received.least).toBeLessThanOrEqual(before?.received.mean ?? 0);
    expect(before?.received.most).toBeGreaterThanOrEqual(before?.received.mean ?? 0);
  });

  it('shows a gap as a gap: the mean where the counters tell it, and no least or most', async () => {
    await using day = await recordDay();
    const { buckets, events } = nodeHistory(day.recording, 'n2', {
      ...options,
      stepMs: 5000,
      fromMs: startMs + 50_000,
      toMs: startMs + 90_000,
    });
    const gap = buckets.filter(({ samples }) => samples === 0);
    expect(gap.map(({ fromMs }) => (fromMs - startMs) / 1000)).toEqual([60, 65, 70, 75]);
    expect(
      gap.every(({ received }) => received.least === null && Math.round(received.mean ?? 0) === 1000),
    ).toBe(true);
    expect(events.map(({ event, time }) => [event, Date.parse(time) - startMs])).toEqual([
      ['down', 60_000],
      ['up', 80_000],
    ]);
  });

  it('knows nothing where nothing is recorded', async () => {
    await using day = await recordDay();
    const { buckets } = nodeHistory(day.recording, 'n3', {
      ...options,
      stepMs: 60_000,
      fromMs: startMs,
      toMs: startMs + 120_000,
    });
    expect(buckets.map(({ known, received }) => [known, received.mean])).toEqual([
      [0, null],
      [0, null],
    ]);
  });
});

const sample = (timeMs: number, seconds: number | null, bytes: number): NodeSample => ({
  type: 'sample',
  node: 'n1',
  interface: null,
  time: new Date(timeMs).toISOString(),
  span: seconds === null ? null : 1,
  seconds,
  rxBytesPerSecond: seconds === null ? null : bytes / seconds,
  txBytesPerSecond: seconds === null ? null : 0,
  rxPacketsPerSecond: null,
  txPacketsPerSecond: null,
  rxErrorsPerSecond: null,
  txErrorsPerSecond: null,
  rxDroppedPerSecond: null,
  txDroppedPerSecond: null,
  retransmitRatio: null,
  load1: null,
  cpuBusy: null,
  memoryUsed: null,
  ipvsInBytesPerSecond: null,
  ipvsOutBytesPerSecond: null,
  ipvsConnectionsPerSecond: null,
});

describe('buckets', () => {
  it('add up to what was sampled, for any intervals and any step', () => {
    const intervals = fc.array(fc.record({ ms: fc.integer({ min: 0, max: 5000 }), bytes: fc.nat(2 ** 40) }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(intervals, fc.integer({ min: 50, max: 20_000 }), (all, stepMs) => {
        const total = all.reduce((sum, { ms }) => sum + ms, 0);
        const sums = new BucketSums({ fromMs: 999, toMs: 1000 + total, stepMs, intervalMs: 1000 });
        let at = 1000;
        sums.add(sample(at, null, 0));
        for (const { ms, bytes } of all) sums.add(sample((at += ms), Math.max(1, ms) / 1000, bytes));
        const received = sums.done().reduce((sum, bucket) => sum + bucket.received.bytes, 0);
        expect(received).toBe(all.reduce((sum, { bytes }) => sum + bytes, 0));
      }),
    );
  });

  it('have a mean between their least and most, whatever part of an interval lies in them', () => {
    const intervals = fc.array(fc.record({ ms: fc.integer({ min: 1, max: 5000 }), bytes: fc.nat(2000) }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(intervals, fc.integer({ min: 50, max: 5000 }), (all, stepMs) => {
        const total = all.reduce((sum, { ms }) => sum + ms, 0);
        const sums = new BucketSums({ fromMs: 999, toMs: 1000 + total, stepMs, intervalMs: 1000 });
        let at = 1000;
        sums.add(sample(at, null, 0));
        for (const { ms, bytes } of all) sums.add(sample((at += ms), ms / 1000, bytes));
        for (const { received } of sums.done()) {
          const { least, mean, most } = received;
          if (least === null || most === null) continue;
          expect(mean).toBeGreaterThanOrEqual(least);
          expect(mean).toBeLessThanOrEqual(most);
        }
      }),
    );
  });

  it('of an idle link are not a whole byte off: 177 bytes in a fifth of a second are 885 a second in each part', () => {
    const sums = new BucketSums({ fromMs: 1000, toMs: 1200, stepMs: 100, intervalMs: 200 });
    sums.add(sample(1000, null, 0));
    sums.add(sample(1200, 0.2, 177));
    expect(
      sums.done().map(({ received: { bytes, mean, least, most } }) => [bytes, mean, least, most]),
    ).toEqual([
      [89, 885, 885, 885],
      [88, 885, 885, 885],
    ]);
  });
});
