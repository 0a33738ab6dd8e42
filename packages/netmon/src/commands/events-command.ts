// `netmon events`: what happened to nodes and to their numbers, out of a recording.
import { defineFlags, defineVerb, outputFlags } from '@heorot/cli';
import { fromFlag, recordingFlags } from '../flags/recording-flags.ts';

export const eventsFlags = defineFlags({
  ...recordingFlags,
  ...fromFlag,
  event: {
    kind: 'list',
    char: 'e',
    value: 'NAME',
    summary: 'only events of this name: down, up, rebooted, carrier-flapped … (repeatable)',
    description: 'The names stand in docs/reference/netmon-figures.md.',
    group: 'Events',
    example: 'netmon events day.netmon -e down -e up',
  },
  ndjson: { ...outputFlags.ndjson, exclusive: [] },
});

export const eventsCommand = defineVerb({
  summary: 'what happened, out of a recording',
  description:
    'One line an event, in the order of time: nodes that went down and came back, reboots, interfaces made anew, carrier flaps, counters that were reset, clocks that were stepped. The last line counts them.',
  operands: { kind: 'any', name: 'FILE', summary: 'a recording of netmon record', complete: 'files' },
  flags: eventsFlags,
  examples: [
    { command: 'netmon events day.netmon --from=-1h', summary: 'the last hour' },
    { command: 'netmon events day.netmon -w n[1-4] -e down --ndjson', summary: 'for a program' },
  ],
  run: async (input, context) =>
    (await import('../history/events.ts')).events(input.operands, input.flags, context),
});
