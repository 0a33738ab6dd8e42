// `memtest-runner report`: what a run showed, as a page, for a program, or here.
import { defineFlags, defineVerb, outputFlags } from '@heorot/cli';

export const reportFlags = defineFlags({
  format: {
    kind: 'choice',
    choices: ['html', 'json', 'junit', 'csv', 'terminal'],
    value: 'FORMAT',
    summary: 'in this form',
    description:
      'Without it the name of the --output file decides (.html, .json, .xml, .csv), else it is terminal. The JSON document is described by docs/reference/memtest-runner.schema.json.',
    group: 'Report',
    example: 'memtest-runner report --format csv',
  },
  output: {
    kind: 'text',
    char: 'o',
    value: 'FILE',
    complete: 'files',
    summary: 'write it to this file',
    group: 'Report',
    example: 'memtest-runner report -o report.html',
  },
  color: outputFlags.color,
  json: { ...outputFlags.json, exclusive: ['format'] },
});

export const report = defineVerb({
  summary: 'show what a run found: verdicts, reasons, next steps; as a page, for a program, or here',
  description:
    'RUN is the id of a run, the beginning of it, or its name; the newest run without it. The page (HTML) is one file without scripts: verdict matrix, bandwidth of comparable nodes with limits, scaling with threads, ECC errors by slot, timeline, earlier runs of the same machines, and the exact programs and flags. The exit code tells whether the report was made, not what is in it; results tells that.',
  operands: { kind: 'any', name: '[RUN]', summary: 'a run of the history' },
  flags: reportFlags,
  examples: [
    { command: 'memtest-runner report', summary: 'the newest run, here' },
    { command: 'memtest-runner report -o report.html', summary: 'as a page' },
    { command: 'memtest-runner report --format junit -o report.xml', summary: 'for what shows test results' },
  ],
  run: async ({ flags, operands }, context) => {
    const { atMost } = await import('../report/at-most.ts');
    return (await import('../report/print-report.ts')).printReport(flags, atMost(1, operands)[0], context);
  },
});
