import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { port, reading } from '../rates/testing/readings.fixture.ts';
import { openRecorder } from '../record/recorder.ts';
import { Past } from './past.ts';
import type { Frame } from './wire.ts';

let folder: string;
let past: Past;
const never = new AbortController().signal;

/** n1 receives 1000 B/s for a minute; n2 the same until it goes away after 20 s. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heorot-past-'));
  const path = join(folder, 'minute.netmon');
  const recorder = openRecorder(path);
  for (let second = 1; second <= 60; second++) {
    const interfaces = [port({ rxBytes: BigInt(second * 1000) })];
    recorder.append(reading(second, { node: 'n1', interfaces }));
    if (second <= 20) recorder.append(reading(second, { node: 'n2', interfaces }));
  }
  const time = new Date(22_000).toISOString();
  recorder.appendEvent({
    type: 'event',
    node: 'n2',
    event: 'down',
    detail: 'no answer',
    time,
    interface: null,
  });
  recorder.flush();
  recorder.close();
  const groupOf = () => 'all';
  past = new Past({ path, intervalMs: 1000, interfaces: [], groupOf, flush: () => {} });
});
afterAll(() => rmSync(folder, { recursive: true }));

const states = ({ nodes }: Frame) =>
  nodes.map(([node, state, , detail, received]) => [node, state, detail, received]);

describe('back in time', () => {
  it('knows what there is', () => {
    expect(past.span()).toEqual({ fromMs: 1000, toMs: 60_000 });
  });

  it('the cluster is as it was at that moment', async () => {
    expect(states((await past.frameAt(15_000, never)).frame)).toEqual([
      ['n1', 'sampling', null, 1000],
      ['n2', 'sampling', null, 1000],
    ]);
  });

  it('a node that was down is down, with the reason, and its end is among the events', async () => {
    const { frame, events } = await past.frameAt(30_000, never);
    expect(states(frame)).toEqual([
      ['n1', 'sampling', null, 1000],
      ['n2', 'down', 'no answer', null],
    ]);
    expect(events.map(({ node, event }) => [node, event])).toEqual([['n2', 'down']]);
  });

  it('and is so long after, with the same reason', async () => {
    const { frame } = await past.frameAt(60_000, never);
    expect(states(frame)[1]).toEqual(['n2', 'down', 'no answer', null]);
  });

  it('before anything was recorded nothing is known', async () => {
    expect(states((await past.frameAt(0, never)).frame).map(([, , , received]) => received)).toEqual([
      null,
      null,
    ]);
  });

  it('a history has the points that were asked for, and gaps where nothing was', async () => {
    const history = await past.history({ node: 'n2', fromMs: 0, toMs: 60_000, points: 6 }, never);
    expect(history.timesMs).toEqual([5000, 15_000, 25_000, 35_000, 45_000, 55_000]);
    expect(history.received).toEqual([1000, 1000, null, null, null, null]);
    expect(history.mostReceived).toEqual([1000, 1000, null, null, null, null]);
  });

  it('a history of a node that is not there is empty', async () => {
    const history = await past.history({ node: 'n9', fromMs: 0, toMs: 60_000, points: 2 }, never);
    expect(history.received).toEqual([null, null]);
  });

  it('ends when nobody waits for it any more', async () => {
    const gone = AbortSignal.abort();
    const asked = past.history({ node: 'n1', fromMs: 0, toMs: 60_000, points: 6 }, gone);
    await expect(asked).rejects.toThrow(/aborted/);
  });
});
