import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { LiveCluster } from '../live/live-cluster.ts';
import { ReplayPlayer } from './replay-player.ts';
import { type RecordedDay, recordDay, seconds, startMs } from './testing/recorded-day.fixture.ts';

const endMs = startMs + 7_000_000;

/** Paused at once, so that what is told is what is told of that moment. */
async function playing(day: RecordedDay, fromMs: number, speed = 1) {
  const ending = new AbortController();
  const player: ReplayPlayer = new ReplayPlayer({
    recording: day.recording,
    nodes: ['n1', 'n2'],
    intervalMs: 1000,
    fromMs,
    span: { fromMs: startMs, toMs: endMs },
    speed,
    restart: () => cluster.restart(),
  });
  const now = () => player.clock.nowMs;
  const cluster = new LiveCluster({ nodes: player.nodes, intervalMs: 1000, now });
  player.pause(true);
  const running = player.run(cluster.accept, ending.signal);
  /** In seconds since the start of the recording, of each node the last reading and its rate. */
  const shown = () =>
    cluster.nodes.map(({ receivedMs, sample }) => [
      receivedMs === undefined ? null : Math.floor((receivedMs - startMs) / 1000),
      sample?.rxBytesPerSecond === null ? null : Math.round((sample?.rxBytesPerSecond ?? 0) / 100),
    ]);
  const until = async (seen: unknown) => {
    for (let tries = 0; tries < 400 && JSON.stringify(shown()) !== JSON.stringify(seen); tries++)
      await sleep(10);
    expect(shown()).toEqual(seen);
  };
  return {
    player,
    cluster,
    until,
    async [Symbol.asyncDispose]() {
      ending.abort();
      await running;
    },
  };
}

describe('the keys of a replay', () => {
  it('lead on and back again, each time with the rates of that moment', async () => {
    await using day = await recordDay();
    await using played = await playing(day, startMs + 30_500);
    const { player, until } = played;
    await until([
      [30, 10],
      [30, 10],
    ]);
    player.travel({ kind: 'seek', byMs: 60_000 });
    await until([
      [90, 10],
      [90, 10],
    ]);
    player.travel({ kind: 'seek', byMs: -20_000 });
    // n2 was down then.
    await until([
      [70, 10],
      [59, 10],
    ]);
    expect(played.cluster.node('n2')?.contact.state).toBe('down');
    player.travel({ kind: 'seek', byMs: -10_000_000 });
    await until([
      [0, null],
      [null, 0],
    ]);
  });

  it('jump to a time as it is typed, and say what is no time', async () => {
    await using day = await recordDay();
    await using played = await playing(day, startMs);
    const { player, until } = played;
    player.travel({ kind: 'jump', text: '+100s' });
    await until([
      [99, 10],
      [99, 10],
    ]);
    player.travel({ kind: 'jump', text: 'noon' });
    expect(player.playback.error).toBe("'noon' is not a time");
    player.travel({ kind: 'jump', text: new Date(startMs + 20_500).toISOString() });
    expect(player.playback.error).toBeNull();
    await until([
      [20, 10],
      [20, 10],
    ]);
  });

  it('step by a reading, on and back, while it stands', async () => {
    await using day = await recordDay();
    await using played = await playing(day, startMs + 20_500);
    const { player, until } = played;
    await until([
      [20, 10],
      [20, 10],
    ]);
    player.travel({ kind: 'step', by: 1 });
    player.travel({ kind: 'step', by: 1 });
    await until([
      [22, 10],
      [22, 10],
    ]);
    player.travel({ kind: 'step', by: -1 });
    await until([
      [21, 10],
      [21, 10],
    ]);
    expect(player.clock.paused).toBe(true);
  });

  it('make it faster and slower, and lead back from its end', async () => {
    await using day = await recordDay();
    await using played = await playing(day, startMs + 100_000, Infinity);
    const { player, until } = played;
    const last = seconds - 1 + 3600;
    await until([
      [last, 10],
      [last, 10],
    ]);
    for (let tries = 0; tries < 400 && !player.playback.ended; tries++) await sleep(10);
    expect(player.playback).toEqual({ speed: Infinity, ended: true, error: null });
    for (let times = 0; times < 9; times++) player.travel({ kind: 'speed', by: -1 });
    expect(player.playback.speed).toBe(1);
    player.travel({ kind: 'speed', by: 1 });
    expect(player.playback.speed).toBe(2);
    player.travel({ kind: 'jump', text: '+50s' });
    await until([
      [49, 10],
      [49, 10],
    ]);
    expect(player.playback.ended).toBe(false);
  });
});
