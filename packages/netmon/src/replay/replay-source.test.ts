import { describe, expect, it } from 'vitest';
import { LiveCluster } from '../live/live-cluster.ts';
import type { NetEvent, Sample } from '../model/sample.ts';
import type { Contact } from '../source/source.ts';
import { ReplayClock } from './replay-clock.ts';
import { ReplaySource, type ReplaySourceOptions } from './replay-source.ts';
import { type RecordedDay, recordDay, startMs } from './testing/recorded-day.fixture.ts';

const whole = {
  nodes: ['n1', 'n2'],
  intervalMs: 1000,
  fromMs: 0,
  toMs: Infinity,
  leadMs: 0,
  speed: Infinity,
};

async function replay({ recording }: RecordedDay, options: Partial<ReplaySourceOptions> = {}) {
  const source = new ReplaySource({ recording, ...whole, ...options });
  const cluster = new LiveCluster({ nodes: source.nodes, intervalMs: 1000 });
  const samples: Sample[] = [];
  const events: NetEvent[] = [];
  const contacts: Contact[] = [];
  cluster.listen({
    samples: (those) => void samples.push(...those),
    event: (event) => void events.push(event),
    contact: (contact) => void contacts.push(contact),
  });
  await source.run(cluster.accept, new AbortController().signal);
  return { source, cluster, samples, events, contacts };
}

describe('a replay', () => {
  it('tells the same samples and events as the cluster did when it was recorded', async () => {
    await using day = await recordDay();
    const { samples, events } = await replay(day);
    expect(samples).toEqual(day.samples);
    expect(events).toEqual(day.events);
    expect(events.map(({ event }) => event)).toEqual([
      'first-reading',
      'first-reading',
      'rebooted',
      'down',
      'up',
    ]);
  });

  it('shows nodes that were down as down, since then', async () => {
    await using day = await recordDay();
    const { contacts } = await replay(day);
    expect(contacts.map(({ node, state }) => `${node} ${state}`)).toEqual([
      'n1 sampling',
      'n2 sampling',
      'n2 down',
      'n2 sampling',
    ]);
    expect(contacts[2]?.sinceMs).toBe(startMs + 60_000);
  });

  it('begins where it is told, with what leads up to it', async () => {
    await using day = await recordDay();
    const { samples, source } = await replay(day, {
      fromMs: startMs + 100_000,
      toMs: startMs + 110_000,
      leadMs: 5000,
    });
    const times = samples.map(({ time }) => Date.parse(time) - startMs);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(95_000);
    expect(Math.max(...times)).toBeLessThanOrEqual(110_000);
    expect(source.clock.nowMs).toBeGreaterThan(startMs + 108_000);
  });

  it('passes over the hour in which nothing was recorded, and over what is left when it is stopped', async () => {
    await using day = await recordDay();
    const stop = new AbortController();
    const source = new ReplaySource({
      recording: day.recording,
      ...whole,
      fromMs: startMs + 119_000,
      speed: 1000,
    });
    let readings = 0;
    await source.run(({ kind }) => {
      if (kind === 'reading' && ++readings === 12) stop.abort();
    }, stop.signal);
    expect(readings).toBe(12);
    expect(source.clock.nowMs).toBeGreaterThan(startMs + 3_700_000);
  });
});

describe('the clock of a replay', () => {
  it('goes at its speed, stands while it is paused, and is put elsewhere', () => {
    let head = 0;
    const clock = new ReplayClock(5000, 10, () => head);
    head = 100;
    expect([clock.nowMs, clock.untilMs(7000)]).toEqual([6000, 100]);
    clock.pause(true);
    head = 500;
    expect([clock.nowMs, clock.untilMs(7000)]).toEqual([6000, Infinity]);
    clock.pause(false);
    head = 600;
    expect(clock.nowMs).toBe(7000);
    clock.jump(0);
    expect(clock.nowMs).toBe(0);
  });
});
