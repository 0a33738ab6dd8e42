// `serve --record`: what the live cluster takes is written as well. A disk that is full ends the recording, not the watch.
import type { LiveCluster } from '../live/live-cluster.ts';
import { openRecorder, type Recorder } from '../record/recorder.ts';

export interface ServedRecording extends Disposable {
  /** Puts down what waits, for whoever is about to read; not more often than every some seconds. */
  readonly flush: () => void;
}

export interface ServedRecordingOptions {
  readonly record: string | undefined;
  readonly retain: number | undefined;
}

/** Small blocks compress less; the recorder joins them later. */
const flushEveryMs = 5000;

/** @throws HeorotError `recording-unusable` */
export function recordWhileServing(
  cluster: LiveCluster,
  { record, retain }: ServedRecordingOptions,
  say: (line: string) => void,
): ServedRecording {
  if (record === undefined) return { flush: () => {}, [Symbol.dispose]: () => {} };
  const recorder = openRecorder(record, retain === undefined ? {} : { retainMs: retain });
  let flushedMs = 0;
  let failed = false;
  const guarded = (action: (open: Recorder) => void) => {
    if (failed) return;
    try {
      action(recorder);
    } catch (error) {
      failed = true;
      say(`recording ${record} has ended: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const listening = cluster.listen({
    reading: (reading) => guarded((open) => open.append(reading)),
    event: (event) => guarded((open) => open.appendEvent(event)),
  });
  return {
    flush: () => {
      if (Date.now() - flushedMs < flushEveryMs) return;
      flushedMs = Date.now();
      guarded((open) => open.flush());
    },
    [Symbol.dispose]: () => {
      listening[Symbol.dispose]();
      guarded((open) => open[Symbol.dispose]());
    },
  };
}
