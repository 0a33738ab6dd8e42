// `memtest-runner run`: flags and what they mean; run/run-burn-in.ts does it.
import { defineFlags, defineVerb, selectionFlags } from '@heorot/cli';
import { defaultSpool } from '../node/folders.ts';
import { levelNames } from '../plan/levels.ts';
import { reachFlags } from './reach-flags.ts';

const group = 'Burn-in';

export const runFlags = defineFlags({
  ...selectionFlags,
  level: {
    kind: 'choice',
    choices: levelNames,
    default: 'standard',
    value: 'LEVEL',
    summary: 'quick: 2 minutes; short: 15 minutes; standard: 2 hours; burn-in: 24 hours',
    description:
      'It is over in that time, and what was not tested by then has not passed. Each level holds at least one whole pass over the memory: for large and slow nodes the plan promises longer, and says so.',
    group,
    example: 'memtest-runner run -a --level quick --dry-run',
  },
  for: {
    kind: 'duration',
    value: 'DURATION',
    summary: 'this long instead of the time of the level',
    group,
    example: 'memtest-runner run -a --for 24h --dry-run',
  },
  passes: {
    kind: 'number',
    value: 'N',
    min: 1,
    summary: 'so many passes of each memory test, however long they take',
    group,
    example: 'memtest-runner run -w n1 --passes 1 --engines march --memory 16M --reserve 64M --wait',
  },
  engines: {
    kind: 'text',
    value: 'LIST',
    summary: 'these instead of those of the level: march, stream, memtester, stressapptest, mixed',
    group,
    example: 'memtest-runner run -w n1 --engines march,stream --dry-run',
  },
  memory: {
    kind: 'text',
    value: 'SIZE',
    default: '95%',
    summary: 'how much to test: a share of what is free above the reserve, or 64G, 512M',
    group,
    example: 'memtest-runner run -w n1 --memory 64G --dry-run',
  },
  reserve: {
    kind: 'text',
    value: 'SIZE',
    summary: 'what stays free on each node; 3 % of its memory, at least 512M',
    group,
    example: 'memtest-runner run -w n1 --reserve 2G --dry-run',
  },
  'idle-gate': {
    kind: 'number',
    value: 'PERCENT',
    default: 2,
    min: 1,
    max: 100,
    summary: 'a bandwidth trial counts only if others had no more of the machine; 100 = all count',
    group,
    example: 'memtest-runner run -w n1 --engines stream --idle-gate 5 --dry-run',
  },
  official: {
    kind: 'text',
    value: 'FILE',
    complete: 'files',
    summary: 'compile and run this stream.c, unmodified, in place of our own bandwidth test',
    description:
      'Its author asks that only his program, unchanged, be called STREAM. It is compiled here with pinned flags, which are recorded with the hash of the program.',
    group,
    example: 'memtest-runner run -w n1 --engines stream --official stream.c --dry-run',
  },
  install: {
    kind: 'switch',
    summary:
      'install memtester and stressapptest on nodes that lack them, with their package manager, where the run uses them',
    group,
    example: 'memtest-runner run -w n1 --engines memtester --install --dry-run',
  },
  name: {
    kind: 'text',
    value: 'NAME',
    summary: 'a name for the run, to find it by',
    group,
    example: 'memtest-runner run -a --name delivery-7 --dry-run',
  },
  spool: {
    kind: 'text',
    value: 'FOLDER',
    default: defaultSpool,
    summary: 'where on the nodes programs and records lie',
    group,
    example: 'memtest-runner run -w n1 --spool /var/tmp/burn-in --dry-run',
  },
  via: {
    kind: 'choice',
    choices: ['slurm'],
    value: 'WHO',
    summary: 'slurm: as one exclusive job a node, which Slurm starts; for nodes that belong to it',
    description:
      'The job is the whole run. Only nodes that are idle get one, see --queue; Slurm is asked which they are before anything is planned, by --dry-run too. Nodes have the same names in Slurm; sbatch, squeue and scancel are run on this machine, as the user who can read the spool on the nodes.',
    group,
    example: 'memtest-runner run -w n1 --via slurm --dry-run',
  },
  queue: {
    kind: 'switch',
    summary: 'with --via slurm: wait in line for nodes that are at work now',
    group,
    dependsOn: ['via'],
    example: 'memtest-runner run -w n1 --via slurm --queue --dry-run',
  },
  sbatch: {
    kind: 'text',
    value: 'FLAGS',
    summary: 'with --via slurm: flags for sbatch, such as an account or a reservation',
    group,
    dependsOn: ['via'],
    example: "memtest-runner run -w n1 --via slurm --sbatch '--account=ops --qos=high' --dry-run",
  },
  keep: {
    kind: 'number',
    value: 'DAYS',
    default: 60,
    min: 1,
    summary:
      'records of runs that began earlier are removed from this machine; the history keeps their results',
    group,
    example: 'memtest-runner run -w n1 --keep 365 --dry-run',
  },
  shared: {
    kind: 'switch',
    summary: 'start although another run tests the node: each disturbs the other',
    group,
    example: 'memtest-runner run -w n1 --shared --dry-run',
  },
  'dry-run': {
    kind: 'switch',
    summary: 'print the plan: what, how much memory, how long, on which nodes; start nothing',
    group,
    example: 'memtest-runner run -a --dry-run',
  },
  wait: {
    kind: 'switch',
    summary: 'wait for the end and print the verdicts, without a terminal too',
    group,
    example:
      'memtest-runner run -w n2 --level quick --memory 16M --reserve 64M --engines march --wait --json',
  },
  ...reachFlags,
});

export const run = defineVerb({
  summary: 'test the memory of all selected nodes, and follow it to the verdicts',
  description:
    'Asks each node what it has, prints the plan, brings the test programs to nodes that lack them, and starts the run detached: it goes on whatever becomes of this machine or of the connection. On a terminal the run is then followed; Ctrl-C leaves it, attach sees it again, stop ends it. Without a terminal its id is printed, unless --wait is given.',
  operands: { kind: 'none' },
  flags: runFlags,
  tellsInterrupts: true,
  examples: [
    {
      command: 'memtest-runner run -g rack1 --level quick --dry-run',
      summary: 'what would be done, and how long it would take',
    },
    {
      command: 'memtest-runner run -w n[1-2] --engines march --passes 1 --memory 16M --reserve 64M --wait',
      summary: 'one pass over a little memory of two nodes',
    },
  ],
  run: async (input, context) => (await import('../run/run-burn-in.ts')).runBurnIn(input.flags, context),
});
