import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reading } from '../rates/testing/readings.fixture.ts';
import { openRecorder } from '../record/recorder.ts';
import { openRecording } from '../record/recording.ts';
import { planHistory, stepFor } from './history-plan.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const beginMs = Date.UTC(2026, 10, 1);

/** Ten days of one reading every ten minutes, of which readings of two days are kept, and minutes of eight. */
async function tenDays() {
  const place = await mkdtempDisposable(join(tmpdir(), 'netmon-plan-'));
  const path = join(place.path, 'days.netmon');
  {
    using recorder = openRecorder(path, { retainMs: 2 * day, intervalMs: 10 * minute });
    for (let at = 0; at < 1440; at++) {
      recorder.append(reading(1 + at * 600, { arrivedMs: beginMs + at * 10 * minute }));
    }
  }
  const recording = openRecording(path);
  const { toMs = 0 } = recording.span() ?? {};
  return {
    recording,
    endMs: toMs,
    async [Symbol.asyncDispose]() {
      recording[Symbol.dispose]();
      await place[Symbol.asyncDispose]();
    },
  };
}

describe('what a history is made of', () => {
  it.each<[string, number, number, string]>([
    ['readings for rows that are no whole minutes', hour, 1500, 'readings'],
    ['minutes for rows of whole minutes', hour, 2 * minute, 'minutes'],
    ['minutes for rows of hours over a day', day, hour, 'minutes'],
    ['minutes where readings have made room, though rows were to be shorter', 5 * day, 1500, 'minutes'],
    ['hours for rows of hours over many days', 4 * day, hour, 'hours'],
    ['hours where minutes have made room', 9.9 * day, 10 * minute, 'hours'],
  ])('is %s', async (_, lengthMs, stepMs, resolution) => {
    await using days = await tenDays();
    const { recording, endMs } = days;
    const span = { fromMs: endMs - lengthMs, toMs: endMs };
    const plan = planHistory(recording, { ...span, intervalMs: 1000, byInterface: false }, stepMs);
    expect(plan.resolution).toBe(resolution);
    const unitMs = resolution === 'hours' ? hour : resolution === 'minutes' ? minute : 1;
    expect(plan.stepMs % unitMs).toBe(0);
    expect(plan.fromMs).toBeLessThanOrEqual(span.fromMs);
    expect(span.fromMs - plan.fromMs).toBeLessThan(unitMs);
    expect(plan.toMs).toBe(endMs);
  });

  it('is readings where interfaces are asked for by name, as far as there are some', async () => {
    await using days = await tenDays();
    const { recording, endMs } = days;
    const options = { fromMs: beginMs, toMs: endMs, intervalMs: 600_000, byInterface: true };
    const plan = planHistory(recording, options, hour);
    expect(plan).toMatchObject({ resolution: 'readings', stepMs: hour, fromMs: recording.since('readings') });
    expect(endMs - plan.fromMs).toBeLessThan(3 * day);
  });
});

it.each([
  ['an hour in thirty rows', hour, 1000, 30, 2 * minute],
  ['ten seconds, no finer than the samples', 10_000, 1000, 134, 1000],
  ['an hour in a picture, from readings', hour, 1000, 134, 30_000],
  ['two hours in a picture, from minutes, as readings would take long', 2 * hour, 1000, 600, minute],
  ['a month in thirty rows', 30 * day, 1000, 30, day],
  ['years', 3000 * day, 1000, 30, 100 * day],
])('%s', (_, lengthMs, intervalMs, rows, stepMs) => {
  const span = { fromMs: 0, toMs: lengthMs };
  expect(stepFor({ ...span, intervalMs, byInterface: false }, rows)).toBe(stepMs);
});
