// `heorot lab serve`: the process behind `heorot lab up`; not for people.
import { defineVerb, ExitCode } from '@heorot/cli';

export const serveVerb = defineVerb({
  summary: 'keep a lab running; started by heorot lab up',
  description: 'Takes its order from the process that started it.',
  operands: { kind: 'none' },
  flags: {},
  examples: [],
  hidden: true,
  run: async () => {
    const { labDaemonMain } = await import('@heorot/lab');
    await labDaemonMain();
    return ExitCode.ok;
  },
});
