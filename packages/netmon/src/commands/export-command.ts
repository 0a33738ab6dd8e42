// `netmon export`: a recording in the formats of other programs.
import { defineFlags, defineVerb } from '@heorot/cli';
import { netmonFlags } from '../flags/netmon-flags.ts';
import { fromFlag, recordingFlags } from '../flags/recording-flags.ts';

export const exportFlags = defineFlags({
  ...recordingFlags,
  ...fromFlag,
  format: {
    kind: 'choice',
    choices: ['openmetrics', 'csv', 'ndjson'],
    value: 'NAME',
    summary: 'openmetrics: raw counters; csv, ndjson: rates',
    description:
      'openmetrics has every reading with its time, for promtool tsdb create-blocks-from openmetrics and for VictoriaMetrics. csv and ndjson are those of netmon watch.',
    group: 'Output',
    example: 'netmon export day.netmon -w n1 --from=-1s --format ndjson',
  },
  output: {
    kind: 'text',
    char: 'o',
    value: 'FILE',
    complete: 'files',
    summary: 'write to this file, which must not be there yet; else to standard output',
    group: 'Output',
    example: 'netmon export day.netmon --format csv -o day-$$.csv',
  },
  iface: { ...netmonFlags.iface, example: 'netmon export day.netmon --format csv --iface lo -w n1' },
});

export const exportCommand = defineVerb({
  summary: 'a recording for other programs',
  description:
    'OpenMetrics has the raw counters, each value with the time of its reading, and netmon_node_up, which is 0 where a node went down: who reads it takes rates of his own. It goes over the recording once for each metric, so that memory stays small. CSV and NDJSON have the rates and, in NDJSON, the events.',
  operands: { kind: 'any', name: 'FILE', summary: 'a recording of netmon record', complete: 'files' },
  flags: exportFlags,
  examples: [
    {
      command: 'netmon export day.netmon --format openmetrics --from=-1h -o hour-$$.om',
      summary: 'the last hour, for Prometheus',
    },
    {
      command: 'netmon export day.netmon --format csv -w n1 --from=-2s',
      summary: 'one node, for a spreadsheet',
    },
  ],
  run: async (input, context) =>
    (await import('../export/export-recording.ts')).exportRecording(input.operands, input.flags, context),
});
