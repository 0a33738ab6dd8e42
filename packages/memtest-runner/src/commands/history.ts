// `memtest-runner history`: runs, machines and DIMMs over months.
import { defineFlags, defineVerb, outputFlags, selectionFlags } from '@heorot/cli';

export const historyFlags = defineFlags({
  ...selectionFlags,
  plot: {
    kind: 'switch',
    summary: 'draw the measurements of the nodes over their runs',
    group: 'History',
    example: 'memtest-runner history -w n1 --plot',
  },
  measurement: {
    kind: 'text',
    value: 'TEXT',
    summary: 'only measurements whose name holds this',
    group: 'History',
    example: 'memtest-runner history -w n1 --measurement triad',
  },
  since: {
    kind: 'duration',
    value: 'DURATION',
    summary: 'only runs that started in this time: 90d',
    group: 'History',
    example: 'memtest-runner history --since 90d',
  },
  dimm: {
    kind: 'text',
    value: 'SERIAL',
    summary: 'where the DIMM with this serial number was, and its ECC errors',
    group: 'History',
    exclusive: ['nodes', 'group', 'all', 'plot'],
    example: 'memtest-runner history --dimm 3A2F11C0',
  },
  color: outputFlags.color,
  json: outputFlags.json,
});

export const history = defineVerb({
  summary: 'list the runs; or how nodes did over months; or where a DIMM was',
  description:
    'Without nodes: the runs, the newest last. With nodes: every measurement of the machine that carries the name now, by its serial number, under whatever names it was tested. A machine that tells no serial number is known by its name.',
  operands: { kind: 'none' },
  flags: historyFlags,
  examples: [
    { command: 'memtest-runner history', summary: 'which runs were there?' },
    { command: 'memtest-runner history -w n1 --plot', summary: 'has n1 become slower?' },
  ],
  run: async ({ flags }, context) =>
    (await import('../history/print-history.ts')).printHistory(flags, context),
});
