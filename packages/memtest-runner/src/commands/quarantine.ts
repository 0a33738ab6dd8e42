// `memtest-runner quarantine`: bad nodes out of service, and back.
import { defineFlags, defineVerb, outputFlags, selectionFlags } from '@heorot/cli';

const group = 'Quarantine';

export const quarantineFlags = defineFlags({
  ...selectionFlags,
  'group-file': {
    kind: 'text',
    value: 'NAME',
    complete: 'files',
    summary: 'a dsh group (in ~/.dsh/group) or a file instead of Slurm',
    description: 'dsh -a -X NAME then leaves these nodes out. What others wrote in the file is kept.',
    group,
    example: 'memtest-runner quarantine --group-file ./bad-nodes',
  },
  verdicts: {
    kind: 'text',
    value: 'LIST',
    summary: 'nodes with these verdicts; ecc-ue,data-error,crashed,ecc-ce,lost,throttled,slow',
    group,
    example: 'memtest-runner quarantine --verdicts data-error,ecc-ue',
  },
  apply: {
    kind: 'switch',
    summary: 'do it, after asking; without it what would be done is printed',
    group,
    example: 'memtest-runner quarantine --group-file ./bad-nodes --apply --yes',
  },
  undo: {
    kind: 'switch',
    summary: 'put nodes back into service, only those that were taken out by this tool',
    group,
    example: 'memtest-runner quarantine --group-file ./bad-nodes --undo',
  },
  yes: {
    kind: 'switch',
    char: 'y',
    summary: 'do not ask',
    group,
    dependsOn: ['apply'],
    example: 'memtest-runner quarantine --group-file ./bad-nodes --undo --apply --yes',
  },
  color: outputFlags.color,
});

export const quarantine = defineVerb({
  summary: 'take the bad nodes of a run out of service: drain them in Slurm, or name them in a dsh group',
  description:
    'RUN is named as for report. Prints the scontrol commands; --apply asks (the node set is typed back) and runs them. Nodes that are out of service already are left as they are, whoever did it; --undo resumes only nodes whose reason is one of this tool. -w, -g and -a narrow it down to some nodes.',
  operands: { kind: 'any', name: '[RUN]', summary: 'a run of the history' },
  flags: quarantineFlags,
  examples: [
    { command: 'memtest-runner quarantine', summary: 'the commands for the newest run' },
    { command: 'memtest-runner quarantine --group-file ./bad-nodes', summary: 'as a group for dsh -X' },
  ],
  run: async ({ flags, operands }, context) => {
    const { atMost } = await import('../report/at-most.ts');
    return (await import('../quarantine/run-quarantine.ts')).runQuarantine(
      flags,
      atMost(1, operands)[0],
      context,
    );
  },
});
