// A recording of two nodes in which something happens: a reboot, a node that goes down and comes back, a pause of the head.
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LiveCluster } from '../../live/live-cluster.ts';
import type { Reading } from '../../model/reading.ts';
import type { NetEvent, Sample } from '../../model/sample.ts';
import { port, reading } from '../../rates/testing/readings.fixture.ts';
import { recordCluster } from '../../record/cluster-recorder.ts';
import { openRecording, type Recording } from '../../record/recording.ts';
import type { SourceOutput } from '../../source/source.ts';

export const startMs = Date.UTC(2026, 10, 22, 3, 0, 0);
const rebootAt = 40;
const downFrom = 60;
const upFrom = 80;
/** The head recorded nothing from here, for an hour, while the nodes went on. */
const pauseFrom = 120;
const pauseSeconds = 3600;
export const seconds = 180;

export interface RecordedDay extends AsyncDisposable {
  readonly path: string;
  readonly recording: Recording;
  /** What the live cluster told while it was recorded. */
  readonly samples: readonly Sample[];
  readonly events: readonly NetEvent[];
}

export async function recordDay(): Promise<RecordedDay> {
  const place = await mkdtempDisposable(join(tmpdir(), 'netmon-day-'));
  const path = join(place.path, 'day.netmon');
  const cluster = new LiveCluster({ nodes: ['n1', 'n2'], intervalMs: 1000 });
  const samples: Sample[] = [];
  const events: NetEvent[] = [];
  cluster.listen({
    samples: (those) => void samples.push(...those),
    event: (event) => void events.push(event),
  });
  const failures: Error[] = [];
  {
    await using _recorder = await recordCluster(cluster, {
      path,
      failed: (error) => void failures.push(error),
    });
    for (const output of told()) cluster.accept(output);
  }
  if (failures[0] !== undefined) throw failures[0];
  const recording = openRecording(path);
  return {
    path,
    recording,
    samples,
    events,
    async [Symbol.asyncDispose]() {
      recording[Symbol.dispose]();
      await place[Symbol.asyncDispose]();
    },
  };
}

function* told(): Generator<SourceOutput> {
  for (let second = 0; second < seconds; second++) {
    yield { kind: 'reading', reading: of('n1', second) };
    if (second === downFrom) yield* contactOf(second, 'down', 'no answer');
    if (second >= downFrom && second < upFrom) continue;
    if (second === upFrom) yield* contactOf(second, 'up', 'answers again after 20.0 s');
    yield { kind: 'reading', reading: of('n2', second) };
  }
}

/** n1 receives 1000 bytes and some more each second, and reboots once. */
function of(node: string, second: number): Reading {
  const elapsed = second < pauseFrom ? second : second + pauseSeconds;
  const rebooted = node === 'n1' && second >= rebootAt;
  const since = rebooted ? elapsed - rebootAt : elapsed;
  return reading(elapsed + 1, {
    node,
    bootId: rebooted ? 'boot-2' : 'boot-1',
    ticks: second + 1,
    arrivedMs: startMs + elapsed * 1000 + ((second * 7) % 13) + (node === 'n2' ? 100 : 0),
    interfaces: [
      port({
        rxBytes: BigInt(since * 1000 + ((since * since) % 17)),
        txBytes: 10n ** 17n + BigInt(since * 10),
      }),
    ],
  });
}

function* contactOf(second: number, event: 'down' | 'up', detail: string): Generator<SourceOutput> {
  const sinceMs = startMs + second * 1000;
  const time = new Date(sinceMs).toISOString();
  yield { kind: 'event', event: { type: 'event', node: 'n2', event, detail, time, interface: null } };
  const state = event === 'down' ? 'down' : 'sampling';
  yield { kind: 'contact', contact: { node: 'n2', state, sinceMs, detail } };
}
