// `memtest-runner compare`: what changed between two runs.
import { defineFlags, defineVerb, outputFlags } from '@heorot/cli';

export const compareFlags = defineFlags({ color: outputFlags.color, json: outputFlags.json });

export const compare = defineVerb({
  summary: 'compare two runs: changed verdicts, faster and slower nodes, and what else differs',
  description:
    'Runs are named as for report; without any, the newest is compared with the one before it. Nodes are compared by name; a name that another machine carries now, other DIMMs, BIOS, kernel, programs or flags are said, as they may be the reason. The exit code is 1 where a node got worse, or slower by more than 2 %.',
  operands: { kind: 'any', name: '[RUN RUN]', summary: 'the earlier run and the later one' },
  flags: compareFlags,
  examples: [
    { command: 'memtest-runner compare', summary: 'the newest run with the one before it' },
    { command: 'memtest-runner compare --json', summary: 'for a program' },
  ],
  run: async ({ flags, operands }, context) => {
    const { atMost } = await import('../report/at-most.ts');
    return (await import('../compare/print-comparison.ts')).printComparison(
      flags,
      atMost(2, operands),
      context,
    );
  },
});
