// Keeps what a live cluster tells in a recording: every reading as it came, and every event. What fails in writing ends the
// recording, not the watching: who asked for it is told once.
import type { ClusterState } from '../live/cluster-state.ts';
import type { Reading } from '../model/reading.ts';
import type { NetEvent } from '../model/sample.ts';
import { openRecorder, type Recorder } from './recorder.ts';
import { lockRecording } from './recording-lock.ts';

export type Recordable = Pick<ClusterState, 'listen' | 'intervalMs'>;

export interface ClusterRecorderOptions {
  readonly path: string;
  /** Readings that are older make room; default never. */
  readonly retainMs?: number | undefined;
  /** Told once when nothing more can be written; what was written before is good. */
  readonly failed: (error: Error) => void;
}

export interface Recorded {
  readonly readings: number;
  readonly nodes: ReadonlySet<string>;
  /** Arrival of the first and the last reading; undefined before the first. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
}

/** Events are few, and a crash should not take them along with an open block of readings. */
const eventDelayMs = 1000;

/**
 * Records until it is disposed, which writes what waits.
 *
 * @throws HeorotError `recording-in-use`, `recording-unusable`
 * @example await using recorder = await recordCluster(cluster, { path: 'day.netmon', failed: say });
 */
export async function recordCluster(
  cluster: Recordable,
  { path, retainMs, failed }: ClusterRecorderOptions,
): Promise<ClusterRecorder> {
  const lock = await lockRecording(path);
  try {
    const { intervalMs } = cluster;
    const recorder = openRecorder(path, { intervalMs, ...(retainMs === undefined ? {} : { retainMs }) });
    return new ClusterRecorder(cluster, recorder, lock, failed);
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

export class ClusterRecorder implements AsyncDisposable {
  readonly #recorder: Recorder;
  readonly #lock: AsyncDisposable;
  readonly #failed: (error: Error) => void;
  readonly #listening: Disposable;
  readonly #nodes = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #failure: Error | undefined;
  #readings = 0;
  #fromMs: number | undefined;
  #toMs: number | undefined;

  constructor(
    cluster: Recordable,
    recorder: Recorder,
    lock: AsyncDisposable,
    failed: (error: Error) => void,
  ) {
    this.#recorder = recorder;
    this.#lock = lock;
    this.#failed = failed;
    this.#listening = cluster.listen({
      reading: (reading) => this.#keep(() => this.#take(reading)),
      event: (event) => this.#keep(() => this.#note(event)),
    });
  }

  get recorded(): Recorded {
    return { readings: this.#readings, nodes: this.#nodes, fromMs: this.#fromMs, toMs: this.#toMs };
  }

  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Puts down what waits, for whoever is about to read. Does not throw. */
  flush(): void {
    this.#keep(() => this.#recorder.flush());
  }

  /** Does not throw: `failure` says whether the last block could be written. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listening[Symbol.dispose]();
    clearTimeout(this.#timer);
    this.#keep(() => this.#recorder.flush());
    this.#recorder.close();
    await this.#lock[Symbol.asyncDispose]();
  }

  #take(reading: Reading): void {
    this.#recorder.append(reading);
    this.#readings += 1;
    this.#nodes.add(reading.node);
    this.#fromMs ??= reading.arrivedMs;
    this.#toMs = reading.arrivedMs;
  }

  #note(event: NetEvent): void {
    // Every reading that has none before it is a first one.
    if (event.event === 'first-reading') return;
    this.#recorder.appendEvent(event);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#keep(() => this.#recorder.writeEvents());
    }, eventDelayMs);
  }

  #keep(write: () => void): void {
    if (this.#failure !== undefined) return;
    try {
      write();
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      this.#listening[Symbol.dispose]();
      this.#failed(this.#failure);
    }
  }
}
