// `netmon replay`: a recording through the same views as the live cluster.
import { defineFlags, defineVerb, outputFlags } from '@heorot/cli';
import { netmonFlags } from '../flags/netmon-flags.ts';
import { recordingFlags } from '../flags/recording-flags.ts';
import { viewFlags } from './top-command.ts';

export const replayFlags = defineFlags({
  ...recordingFlags,
  to: { ...recordingFlags.to, example: 'netmon replay day.netmon --to=+1s --csv' },
  at: {
    kind: 'text',
    value: 'TIME',
    summary: 'begin there: 03:12, 2026-11-22T03:12, -2h (before the end); else at the start',
    description: recordingFlags.to.description,
    group: 'Time',
    example: 'netmon replay day.netmon --at=-1s --ndjson',
  },
  speed: {
    kind: 'text',
    value: 'X',
    summary: 'so many recorded seconds a second, or max; 1 on a screen, max for lines',
    group: 'Time',
    example: 'netmon replay day.netmon --speed 60',
  },
  iface: { ...netmonFlags.iface, example: "netmon replay day.netmon --iface 'eth*' --csv" },
  ...viewFlags,
  view: { ...viewFlags.view, example: 'netmon replay day.netmon --view heatmap' },
  sort: { ...viewFlags.sort, example: 'netmon replay day.netmon --sort retrans' },
  'group-by': { ...viewFlags['group-by'], example: 'netmon replay day.netmon --group-by rack' },
  filter: { ...viewFlags.filter, example: "netmon replay day.netmon --filter 'n[1-2]'" },
  ascii: { ...viewFlags.ascii, example: 'netmon replay day.netmon --ascii' },
  bytes: { ...netmonFlags.bytes, example: 'netmon replay day.netmon -B' },
  ndjson: { ...outputFlags.ndjson, exclusive: [] },
  csv: {
    kind: 'switch',
    summary: 'comma-separated values: nodes, interfaces and RDMA ports',
    exclusive: ['ndjson'],
    group: 'Output',
    example: 'netmon replay day.netmon --csv',
  },
});

export const replayCommand = defineVerb({
  summary: 'watch a recording as if it were now',
  description:
    'The full screen of netmon top over a recording: raw counters go through the same code, so that rates, unknown figures and events are those of the day. Spans in which nothing was recorded are passed over.\n\nKeys: [ and ] go 10 s back and on, { and } a minute, ( and ) ten minutes; T goes to a time that is typed as for --at; - and + play slower and faster; Space stops the time and lets it go on; , and . go a reading back and on. ? shows all keys.\n\nWithout a terminal, or with --ndjson or --csv, it prints lines as netmon watch does, as fast as they are taken.',
  operands: { kind: 'any', name: 'FILE', summary: 'a recording of netmon record', complete: 'files' },
  flags: replayFlags,
  examples: [
    { command: 'netmon replay day.netmon --at=-1s', summary: 'the last second of it' },
    { command: 'netmon replay day.netmon -w n[1-2] --csv', summary: 'the rates of two nodes, for a program' },
  ],
  run: async (input, context) =>
    (await import('../replay/replay.ts')).replay(input.operands, input.flags, context),
});
