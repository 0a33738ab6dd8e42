import { mkdtempDisposable, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { LiveCluster } from '../live/live-cluster.ts';
import { ClusterRecorder, recordCluster } from './cluster-recorder.ts';
import { Recorder } from './recorder.ts';
import { openRecording } from './recording.ts';
import { openRecordingFile } from './recording-file.ts';
import { busyReadings } from './testing/busy-node.fixture.ts';

const folder = () => mkdtempDisposable(join(tmpdir(), 'netmon-recorder-'));
const newCluster = () => new LiveCluster({ nodes: ['n1'], intervalMs: 1000 });
const never = (error: Error) => {
  throw error;
};
const down = (time: string) =>
  ({ type: 'event', node: 'n1', event: 'down', detail: 'no answer', time, interface: null }) as const;

describe('recording a cluster', () => {
  it('keeps readings and events until it is told to end, and says how much that was', async () => {
    await using place = await folder();
    const path = join(place.path, 'day.netmon');
    const cluster = newCluster();
    const readings = busyReadings('n1', 700);
    const recorder = await recordCluster(cluster, { path, failed: never });
    {
      await using _recording = recorder;
      for (const reading of readings) cluster.accept({ kind: 'reading', reading });
      cluster.accept({ kind: 'event', event: down('2026-11-22T03:12:00.000Z') });
    }
    cluster.accept({ kind: 'reading', reading: readings[0] ?? never(new Error('none')) });
    expect(recorder.recorded).toMatchObject({
      readings: 700,
      fromMs: readings[0]?.arrivedMs,
      toMs: readings[699]?.arrivedMs,
    });
    using recording = openRecording(path);
    expect([...recording.readings()]).toEqual(readings);
    expect(recording.events()).toEqual([down('2026-11-22T03:12:00.000Z')]);
    expect(await readdir(place.path)).toEqual(['day.netmon']);
  });

  it('writes events within a second or so, though no block is full', async () => {
    await using place = await folder();
    const path = join(place.path, 'day.netmon');
    const cluster = newCluster();
    await using _recording = await recordCluster(cluster, { path, failed: never });
    cluster.accept({ kind: 'event', event: down('2026-11-22T03:12:00.000Z') });
    using recording = openRecording(path);
    for (let tries = 0; tries < 200 && recording.events().length === 0; tries++) await sleep(25);
    expect(recording.events()).toHaveLength(1);
  });

  it('is refused where another one writes to the file, and not when that has ended', async () => {
    await using place = await folder();
    const path = join(place.path, 'day.netmon');
    {
      await using _first = await recordCluster(newCluster(), { path, failed: never });
      await expect(recordCluster(newCluster(), { path, failed: never })).rejects.toThrow(
        'another process is recording to',
      );
    }
    await using _second = await recordCluster(newCluster(), { path, failed: never });
    expect(await readdir(place.path)).toContain('day.netmon-lock');
  });

  it('ends with one clear word when the disk is full; what was written before is good', async () => {
    await using place = await folder();
    const path = join(place.path, 'full.netmon');
    const database: DatabaseSync = openRecordingFile(path);
    database.exec('PRAGMA max_page_count = 40');
    const cluster = newCluster();
    const told: string[] = [];
    const lock = { [Symbol.asyncDispose]: async () => undefined };
    const readings = busyReadings('n1', 6000);
    const recorder = new ClusterRecorder(
      cluster,
      new Recorder(database, path),
      lock,
      ({ message }) => void told.push(message),
    );
    {
      await using _recording = recorder;
      for (const reading of readings) cluster.accept({ kind: 'reading', reading });
    }
    expect(told).toEqual([
      `cannot write to recording ${path}: no room left on the disk; what was written before is kept`,
    ]);
    using recording = openRecording(path);
    const kept = [...recording.readings()];
    expect(kept.length).toBeGreaterThan(600);
    expect(kept).toEqual(readings.slice(0, kept.length));
  });
});
