import { describe, expect, it } from 'vitest';
import { recordDay, seconds as secondsRecorded, startMs } from '../replay/testing/recorded-day.fixture.ts';
import { nodeHistory } from './node-history.ts';

const options = { intervalMs: 1000, interfaces: [], resolution: 'readings' } as const;
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

  it.each(['minutes', 'hours'] as const)(
    'made of %s has the bytes, the least and the most that readings give',
    async (resolution) => {
      await using day = await recordDay();
      const stepMs = resolution === 'minutes' ? 60_000 : hour;
      const span = { fromMs: startMs, toMs: startMs + 2 * hour, stepMs };
      for (const node of ['n1', 'n2']) {
        const fine = nodeHistory(day.recording, node, { ...options, ...span });
        const coarse = nodeHistory(day.recording, node, { ...options, ...span, resolution });
        const figures = ({ buckets }: typeof fine) =>
          buckets.map(({ fromMs, samples, sampled, received, sent, errors }) => ({
            at: (fromMs - startMs) / 60_000,
            samples,
            sampled,
            errors,
            bytes: [received.bytes, sent.bytes],
            least: received.least === null ? null : Math.floor(received.least),
            most: received.most === null ? null : Math.ceil(received.most),
          }));
        expect(figures(coarse)).toEqual(figures(fine));
        for (const [at, { received, known }] of coarse.buckets.entries()) {
          expect(received.mean ?? -1).toBeCloseTo(fine.buckets[at]?.received.mean ?? -1, 0);
          expect(known).toBeCloseTo(fine.buckets[at]?.known ?? -1, 2);
        }
      }
    },
  );
});
