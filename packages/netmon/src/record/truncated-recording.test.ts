// What a crash, a full disk or a copy that was broken off leaves of a recording: it opens with readings that were written,
// or says what is wrong with it. It never tells a reading that was none, and never fails in another way.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeorotError } from '@heorot/inventory';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reading } from '../model/reading.ts';
import { openRecorder } from './recorder.ts';
import { openRecording } from './recording.ts';
import { busyReadings } from './testing/busy-node.fixture.ts';

const written = busyReadings('n1', 400);
const readingAt = new Map(written.map((reading) => [reading.ticks, reading]));

/** Readings until something was wrong, and what that was. */
function readAll(path: string): { readonly readings: readonly Reading[]; readonly error: unknown } {
  const readings: Reading[] = [];
  try {
    using recording = openRecording(path);
    const span = recording.span();
    recording.nodes();
    recording.events();
    if (span !== undefined) {
      recording.traffic('n1', 'minutes', span);
      recording.traffic('n1', 'hours', span);
    }
    for (const reading of recording.readings()) readings.push(reading);
    return { readings, error: undefined };
  } catch (error) {
    return { readings, error };
  }
}

function expectTruth({ readings, error }: ReturnType<typeof readAll>): void {
  for (const reading of readings) expect(reading).toEqual(readingAt.get(reading.ticks));
  expect(error === undefined || error instanceof HeorotError).toBe(true);
}

describe('what is left of a recording', () => {
  it('cut off at any byte is true or refused', async () => {
    await using place = await mkdtempDisposable(join(tmpdir(), 'netmon-cut-'));
    const path = join(place.path, 'whole.netmon');
    {
      using recorder = openRecorder(path, { blockReadings: 20 });
      for (const each of written) recorder.append(each);
    }
    const bytes = readFileSync(path);
    const cut = join(place.path, 'cut.netmon');
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (length) => {
        writeFileSync(cut, bytes.subarray(0, length));
        expectTruth(readAll(cut));
      }),
    );
    expect(readAll(path)).toEqual({ readings: written, error: undefined });
  });

  it('with any byte changed is true or refused', async () => {
    await using place = await mkdtempDisposable(join(tmpdir(), 'netmon-changed-'));
    const path = join(place.path, 'whole.netmon');
    {
      using recorder = openRecorder(path, { blockReadings: 100 });
      for (const each of written) recorder.append(each);
    }
    const bytes = readFileSync(path);
    const changed = join(place.path, 'changed.netmon');
    fc.assert(
      fc.property(
        fc.integer({ min: 1024, max: bytes.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, by) => {
          const copy = Buffer.from(bytes);
          copy[at] = (copy[at] ?? 0) ^ by;
          writeFileSync(changed, copy);
          expectTruth(readAll(changed));
        },
      ),
    );
  });

  it('by a kill at any moment, its log cut off at any byte, is what was written until some block', async () => {
    await using place = await mkdtempDisposable(join(tmpdir(), 'netmon-killed-'));
    const path = join(place.path, 'live.netmon');
    using recorder = openRecorder(path, { blockReadings: 20 });
    for (const each of written) recorder.append(each);
    const log = readFileSync(`${path}-wal`);
    expect(log.length).toBeGreaterThan(20_000);
    const killed = join(place.path, 'killed.netmon');
    fc.assert(
      fc.property(fc.nat(log.length), (length) => {
        copyFileSync(path, killed);
        writeFileSync(`${killed}-wal`, log.subarray(0, length));
        const left = readAll(killed);
        expectTruth(left);
        // An error is of a log that has no whole transaction yet: then there is no recording.
        expect(left.error === undefined || left.readings.length === 0).toBe(true);
        expect(left.readings).toEqual(written.slice(0, left.readings.length));
      }),
    );
  });
});
