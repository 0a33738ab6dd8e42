// `netmon history`: the traffic of a node over a span of a recording.
import { defineFlags, defineVerb, outputFlags } from '@heorot/cli';
import { netmonFlags } from '../flags/netmon-flags.ts';
import { fromFlag, recordingFlags } from '../flags/recording-flags.ts';

export const historyFlags = defineFlags({
  ...recordingFlags,
  to: { ...recordingFlags.to, example: 'netmon history day.netmon -w n1 --to=+1s' },
  from: { ...fromFlag.from, example: 'netmon history day.netmon -w n1 --from=-1s' },
  step: {
    kind: 'duration',
    value: 'DURATION',
    minMs: 100,
    summary: 'length of a row: 10s, 1m, 1h; without it, so that there are thirty at most',
    group: 'Time',
    example: 'netmon history day.netmon -w n1 --step 1s',
  },
  iface: { ...netmonFlags.iface, example: 'netmon history day.netmon -w n1 --iface lo' },
  plot: {
    kind: 'switch',
    summary: 'draw it: received upwards, sent downwards, the largest rate of each moment',
    exclusive: ['json', 'csv'],
    group: 'Output',
    example: 'netmon history day.netmon -w n1 --plot',
  },
  ascii: {
    kind: 'switch',
    summary: 'draw with ASCII only; without it, as the locale says',
    group: 'Output',
    example: 'netmon history day.netmon -w n1 --plot --ascii',
  },
  bytes: { ...netmonFlags.bytes, example: 'netmon history day.netmon -w n1 -B' },
  json: outputFlags.json,
  csv: {
    kind: 'switch',
    summary: 'comma-separated values, a line a row',
    exclusive: ['json'],
    group: 'Output',
    example: 'netmon history day.netmon -w n1 --csv',
  },
});

export const historyCommand = defineVerb({
  summary: 'the traffic of nodes over a span of a recording',
  description:
    'A row a step: the least, mean and largest rate of its samples, errors and drops, in which part of it the rate is known, and what happened. Bytes are divided among rows so that their sum is the difference of the counters, to the byte. Where nothing was recorded there are no figures, and where the counters before and after a gap tell the mean it is that alone.\n\nThe title says what rows are made of. Rows of whole minutes over long spans are made of the minutes that netmon record keeps beside the readings, with the same bytes, least and most, so that a week is answered at once; those of hours, over more than three days, of hours. Where the readings have made room (--retain), minutes or hours are all there is. They are of whole nodes: --iface needs readings.',
  operands: { kind: 'any', name: 'FILE', summary: 'a recording of netmon record', complete: 'files' },
  flags: historyFlags,
  examples: [
    { command: 'netmon history day.netmon -w n1 --from=-1h --plot', summary: 'the last hour of n1' },
    { command: 'netmon history day.netmon -w n[1-2] --step 1s --json', summary: 'for a program' },
  ],
  run: async (input, context) =>
    (await import('../history/history.ts')).history(input.operands, input.flags, context),
});
