// `memtest-runner doctor`: what can these nodes test?
import { defineFlags, defineVerb, selectionFlags } from '@heorot/cli';
import { reachFlags } from './reach-flags.ts';

const {
  fanout,
  'connect-timeout': connectTimeout,
  color,
  json,
  user,
  'ssh-config': sshConfig,
  transport,
} = reachFlags;

export const doctorFlags = defineFlags({
  ...selectionFlags,
  spool: {
    kind: 'text',
    value: 'FOLDER',
    default: '~/.cache/heorot-memtest',
    summary: 'where on the nodes programs and records would lie',
    group: 'Doctor',
    example: 'memtest-runner doctor -w n1 --spool /var/tmp/burn-in',
  },
  fanout,
  'connect-timeout': connectTimeout,
  user,
  'ssh-config': sshConfig,
  transport,
  color,
  json,
});

export const doctor = defineVerb({
  summary:
    'say what nodes can test and what they can tell: memory, NUMA, EDAC, DIMMs, heat, rights, programs',
  description:
    'Asks and starts nothing. What is limited works, but less memory is tested or less is told of an error; each comes with what would help. The exit code is 1 where a node cannot be tested at all.',
  operands: { kind: 'none' },
  flags: doctorFlags,
  examples: [
    { command: 'memtest-runner doctor -w n1', summary: 'can n1 be tested?' },
    { command: 'memtest-runner doctor -a --json', summary: 'for a program' },
  ],
  run: async ({ flags }, context) => (await import('../doctor/run-doctor.ts')).runDoctor(flags, context),
});
