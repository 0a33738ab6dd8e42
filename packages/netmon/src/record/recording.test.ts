import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtempDisposable, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import type { NetEvent } from '../model/sample.ts';
import { port, reading } from '../rates/testing/readings.fixture.ts';
import { openRecorder } from './recorder.ts';
import { openRecording } from './recording.ts';
import { busyReadings } from './testing/busy-node.fixture.ts';
import { recordUntilKilled } from './testing/record-until-killed.fixture.ts';

const folder = () => mkdtempDisposable(join(tmpdir(), 'netmon-recording-'));

const event = (second: number, node: string): NetEvent => ({
  type: 'event',
  node,
  event: 'carrier-flapped',
  detail: 'eth0: carrier changed 2 times',
  time: new Date(second * 1000).toISOString(),
  interface: 'eth0',
});

function rootPages(path: string): readonly number[] {
  using database = new DatabaseSync(path, { readOnly: true });
  const rows = database.prepare('SELECT rootpage FROM sqlite_schema WHERE rootpage > 0').all();
  return rows.map((row) => Number(row['rootpage']));
}

describe('a recording', () => {
  it('gives back every reading, of all nodes in the order of arrival or of one', async () => {
    await using place = await folder();
    const path = join(place.path, 'day.netmon');
    const [one, two] = [busyReadings('n1', 95, 1), busyReadings('n2', 95, 2)];
    {
      using recorder = openRecorder(path, { blockReadings: 20 });
      for (const [at, each] of one.entries()) {
        recorder.append(each);
        recorder.append(two[at] ?? each);
      }
    }
    using recording = openRecording(path);
    const all = [...recording.readings()];
    expect(all).toHaveLength(190);
    expect(all.map(({ arrivedMs }) => arrivedMs)).toEqual(
      all.map(({ arrivedMs }) => arrivedMs).toSorted((a, b) => a - b),
    );
    expect(all.filter(({ node }) => node === 'n1')).toEqual(one);
    expect([...recording.readings({ nodes: ['n2'] })]).toEqual(two);
    expect(recording.nodes()).toEqual(['n1', 'n2']);
    const [from, to] = [one[30]?.arrivedMs ?? 0, one[50]?.arrivedMs ?? 0];
    expect([...recording.readings({ nodes: ['n1'], fromMs: from, toMs: to })]).toEqual(one.slice(30, 51));
  });

  it('begins a new block where facts change, and tells each reading with its own', async () => {
    await using place = await folder();
    const path = join(place.path, 'facts.netmon');
    const readings = [
      reading(1, { interfaces: [port()] }),
      reading(2, { interfaces: [port({}, { speedMbit: 100 })] }),
      reading(3, { bootId: 'boot-2', interfaces: [port({}, { ifindex: 7 })] }),
      reading(4, { bootId: 'boot-2', interfaces: [] }),
    ];
    {
      using recorder = openRecorder(path);
      for (const each of readings) recorder.append(each);
    }
    using recording = openRecording(path);
    expect([...recording.readings()]).toEqual(readings);
  });

  it('joins the blocks of an hour to one, and loses nothing by it', async () => {
    await using place = await folder();
    const path = join(place.path, 'joined.netmon');
    const readings = busyReadings('n1', 200);
    {
      using recorder = openRecorder(path, { blockReadings: 10 });
      for (const each of readings) recorder.append(each);
    }
    using recording = openRecording(path);
    expect([...recording.readings()]).toEqual(readings);
    using database = new DatabaseSync(path, { readOnly: true });
    const sizes = database.prepare('SELECT readings FROM blocks ORDER BY first').all();
    expect(sizes.map((row) => Number(row['readings']))).toEqual([55, 60, 60, 10, 10, 5]);
  });

  it('can be read while it is written: what was there when reading began is read, though blocks are joined', async () => {
    await using place = await folder();
    const path = join(place.path, 'live.netmon');
    const readings = busyReadings('n1', 120);
    using recorder = openRecorder(path, { blockReadings: 10 });
    for (const each of readings.slice(0, 35)) recorder.append(each);
    using recording = openRecording(path);
    const reader = recording.readings();
    const first = reader.next().value;
    for (const each of readings.slice(35)) recorder.append(each);
    expect([first, ...reader]).toEqual(readings.slice(0, 35));
    expect([...recording.readings()]).toEqual(readings.slice(0, 115));
  });

  it('goes on in a file that is there, and keeps events', async () => {
    await using place = await folder();
    const path = join(place.path, 'twice.netmon');
    for (const second of [1, 2]) {
      using recorder = openRecorder(path);
      recorder.append(reading(second));
      recorder.appendEvent(event(second, `n${second}`));
    }
    using recording = openRecording(path);
    expect([...recording.readings()].map(({ ticks }) => ticks)).toEqual([1, 2]);
    expect(recording.events()).toEqual([event(1, 'n1'), event(2, 'n2')]);
    expect(recording.events({ nodes: ['n2'] })).toEqual([event(2, 'n2')]);
    expect(recording.events({ fromMs: 1500 })).toEqual([event(2, 'n2')]);
    expect(recording.span()).toEqual({ fromMs: 1000, toMs: 2000 });
  });

  it('keeps what is younger than its memory, and reuses the room of the rest', async () => {
    await using place = await folder();
    const path = join(place.path, 'short.netmon');
    using recorder = openRecorder(path, { blockReadings: 10, retainMs: 60_000 });
    const sizes: number[] = [];
    for (const [at, each] of busyReadings('n1', 4000).entries()) {
      recorder.append(each);
      if (at % 1000 === 999) {
        recorder.flush();
        sizes.push((await stat(path)).size + (await stat(`${path}-wal`)).size);
      }
    }
    using recording = openRecording(path);
    const fromMs = recording.since('readings') ?? 0;
    const { toMs = 0 } = recording.span() ?? {};
    expect(toMs - fromMs).toBeGreaterThan(50_000);
    // A joined block of six goes as a whole.
    expect(toMs - fromMs).toBeLessThan(131_000);
    expect(sizes.at(-1)).toBeLessThan((sizes[1] ?? 0) * 1.5 + 1_100_000);
  });

  it('keeps minutes and hours of readings that made room, and goes on with them after a restart', async () => {
    await using place = await folder();
    const path = join(place.path, 'tiers.netmon');
    const readings = busyReadings('n1', 4 * 3600);
    const [first, last] = [readings[0], readings.at(-1)];
    if (first === undefined || last === undefined) throw new Error('no readings');
    for (const part of [readings.slice(0, 9000), readings.slice(9000)]) {
      using recorder = openRecorder(path, { retainMs: 1_800_000 });
      for (const each of part) recorder.append(each);
    }
    using recording = openRecording(path);
    expect(recording.since('readings')).toBeGreaterThan(last.arrivedMs - 2 * 3_600_000);
    expect(recording.since('minutes')).toBeGreaterThan(first.arrivedMs);
    expect(recording.since('hours')).toBeLessThanOrEqual(first.arrivedMs);
    const span = { fromMs: first.arrivedMs, toMs: last.arrivedMs };
    const bytes = recording
      .traffic('n1', 'hours', span)
      .reduce((sum, { traffic }) => sum + traffic.received.bytes, 0);
    const counter = (each: typeof first) => each.interfaces[0]?.counters.rxBytes ?? 0n;
    expect(BigInt(bytes)).toBe(counter(last) - counter(first));
    const since = { ...span, fromMs: recording.since('minutes') ?? 0 };
    const sums = (['minutes', 'hours'] as const).map((resolution) =>
      recording.traffic('n1', resolution, since).reduce((sum, { traffic }) => sum + traffic.sent.bytes, 0),
    );
    expect(sums[0]).toBe(sums[1]);
  });

  it('survives kill -9: it opens, and lacks no more than the open blocks', async () => {
    await using place = await folder();
    const path = join(place.path, 'killed.netmon');
    const child = spawn(process.execPath, ['--conditions=heorot-src', recordUntilKilled, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    for await (const chunk of child.stdout) {
      said += String(chunk);
      if (said.split('\n').length > 8) break;
    }
    child.kill('SIGKILL');
    if (child.signalCode === null && child.exitCode === null) await once(child, 'exit');
    const told = Number(said.trim().split('\n').at(-1));
    using recording = openRecording(path);
    const ticks = [...recording.readings()].map((each) => each.ticks);
    expect(ticks).toEqual(Array.from({ length: ticks.length }, (_, at) => at + 1));
    // The open block holds up to 20.
    expect(ticks.length).toBeGreaterThanOrEqual(told - 20);
    using again = openRecorder(path);
    again.append(reading(1));
    again.flush();
    expect([...recording.readings()]).toHaveLength(ticks.length + 1);
  });

  it('can be read from a place that cannot be written', async () => {
    await using place = await folder();
    const path = join(place.path, 'kept.netmon');
    {
      using recorder = openRecorder(path);
      recorder.append(reading(1));
    }
    await chmod(path, 0o400);
    using recording = openRecording(path);
    expect([...recording.readings()]).toEqual([reading(1)]);
    await expect(stat(`${path}-shm`)).rejects.toThrow('ENOENT');
  });

  it('is refused where it is none, is missing or is damaged', async () => {
    await using place = await folder();
    const path = join(place.path, 'bad.netmon');
    expect(() => openRecording(path)).toThrow('no recording');
    await writeFile(path, 'these are not the bytes you look for'.repeat(100));
    expect(() => openRecording(path)).toThrow('cannot open recording');
    expect(() => openRecorder(path)).toThrow('cannot open recording');
    const other = join(place.path, 'other.db');
    using database = new DatabaseSync(other);
    database.exec('CREATE TABLE t (a)');
    expect(() => openRecorder(other)).toThrow('is not a recording of netmon');
    const good = join(place.path, 'good.netmon');
    {
      using recorder = openRecorder(good);
      recorder.append(reading(1));
    }
    {
      using damaged = new DatabaseSync(good);
      damaged.exec("UPDATE blocks SET data = x'00'");
    }
    {
      using recording = openRecording(good);
      expect(() => [...recording.readings()]).toThrow(/block 1 of n1/);
    }
    {
      using older = new DatabaseSync(good);
      older.exec('PRAGMA user_version = 2');
    }
    expect(() => openRecording(good)).toThrow(`${good} is a recording of format 2; this is 3`);
    expect(() => openRecorder(good)).toThrow(`${good} is a recording of format 2; this is 3`);
  });

  it('says so where pages of the file itself are damaged', async () => {
    await using place = await folder();
    const path = join(place.path, 'damaged.netmon');
    {
      using recorder = openRecorder(path);
      recorder.append(reading(1));
    }
    const bytes = await readFile(path);
    // What the file is, and where its tables are, is still known; the tables are lost.
    for (const page of rootPages(path)) bytes.fill(0xff, (page - 1) * 1024, page * 1024);
    await writeFile(path, bytes);
    using recording = openRecording(path);
    const damaged = /cannot read recording .*malformed/;
    expect(() => recording.nodes()).toThrow(damaged);
    expect(() => recording.span()).toThrow(damaged);
    expect(() => recording.events()).toThrow(damaged);
    expect(() => recording.intervalMs(0)).toThrow(damaged);
    expect(() => [...recording.readings()]).toThrow(damaged);
  });
});
