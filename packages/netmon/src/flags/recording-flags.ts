// The flags of every verb that reads a recording: which nodes, from when to when.
import { defineFlags, type FlagValues, outputFlags, selectionFlags } from '@heorot/cli';

const moments =
  '03:12 is the last such time of day that is recorded, 2026-11-22T03:12 a date (both in the time zone of this machine), -2h is before the end of the recording, +10m after its start.';

/** What {@link openRecorded} reads; a verb adds its own. */
export const recordingFlags = defineFlags({
  ...selectionFlags,
  to: {
    kind: 'text',
    value: 'TIME',
    summary: 'until this time; else to the end of the recording',
    description: moments,
    group: 'Time',
    example: 'netmon events day.netmon --to=-0.1s',
  },
  quiet: { ...outputFlags.quiet, exclusive: [] },
  debug: outputFlags.debug,
  color: outputFlags.color,
});

/** For verbs that look at a span; a replay has --at instead. */
export const fromFlag = defineFlags({
  from: {
    kind: 'text',
    value: 'TIME',
    summary: 'from this time; else from the start of the recording',
    description: moments,
    group: 'Time',
    example: 'netmon events day.netmon --from=-1h',
  },
});

export type RecordingFlags = FlagValues<typeof recordingFlags>;
