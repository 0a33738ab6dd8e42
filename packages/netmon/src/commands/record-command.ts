// `netmon record`: what every node told, kept in one file.
import { defineFlags, defineVerb } from '@heorot/cli';
import { netmonFlags } from '../flags/netmon-flags.ts';

export const recordFlags = defineFlags({
  ...netmonFlags,
  output: {
    kind: 'text',
    char: 'o',
    value: 'FILE',
    complete: 'files',
    summary: 'the recording; one that is there is gone on with',
    group: 'Recording',
    example: 'netmon record -w n[1-4] -o day.netmon --for 2s',
  },
  for: {
    kind: 'duration',
    value: 'DURATION',
    summary: 'end after this time; without it, with Ctrl-C',
    group: 'Recording',
    example: 'netmon record -a -o day.netmon --for 2s',
  },
  count: {
    kind: 'number',
    char: 'c',
    value: 'N',
    min: 1,
    summary: 'end when each node that answers has told its rates N times',
    group: 'Recording',
    example: 'netmon record -w n1 -o day.netmon -i 0.2s --count 5',
  },
  retain: {
    kind: 'duration',
    value: 'DURATION',
    minMs: 60_000,
    summary: 'keep the readings of so long: what is older makes room (7d, 12h)',
    description:
      'Traffic by minutes is kept four times as long, and by hours, with the events, fifty times (of a week: a month, a year): netmon history and the page of netmon serve go back so far, and say of what their figures are made. Bytes, least and most are those of the readings.',
    group: 'Recording',
    example: 'netmon record -a -o week.netmon --retain 7d --for 2s',
  },
});

export const recordCommand = defineVerb({
  summary: 'keep what every node tells in a file',
  description:
    "Samples the nodes as netmon watch does and keeps every reading, raw counters with the node's own clock, and every event, in one file: for netmon replay, history, events and export. Full blocks are written as they fill, so that a crash of the head loses the last minutes at most, and the file opens as it is. It can be read while it is written. One process at a time may write to a file.\n\nCtrl-C ends it; that is its normal end, and the exit code is 0 unless --for or --count asked for more.",
  operands: { kind: 'none' },
  flags: recordFlags,
  examples: [
    { command: 'netmon record -a -o day.netmon --for 2s', summary: 'all nodes, for two seconds' },
    {
      command: 'netmon record -a -o week.netmon --retain 7d --for 2s',
      summary: 'the last seven days, for ever in one file',
    },
  ],
  run: async (input, context) => (await import('../record/record.ts')).record(input.flags, context),
});
