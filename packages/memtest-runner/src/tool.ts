// memtest-runner as the command line sees it: burn-ins are run, followed, judged and remembered.
import type { Tool } from '@heorot/cli';
import { attach } from './commands/attach.ts';
import { compare } from './commands/compare.ts';
import { doctor } from './commands/doctor.ts';
import { followSerial } from './commands/follow-serial.ts';
import { history } from './commands/history.ts';
import { quarantine } from './commands/quarantine.ts';
import { report } from './commands/report.ts';
import { results } from './commands/results.ts';
import { run } from './commands/run.ts';
import { status } from './commands/status.ts';
import { stop } from './commands/stop.ts';

export const tool: Tool = {
  name: 'memtest-runner',
  summary: 'burns in the memory of a whole cluster and names the bad node and DIMM',
  description:
    'Runs memory tests on every selected node, detached, so that no lost connection ends them; collects evidence; gives each node a verdict with its reasons and the next step.',
  verbs: {
    run,
    attach,
    status,
    stop,
    results,
    report,
    compare,
    history,
    quarantine,
    doctor,
    'follow-serial': followSerial,
  },
  exitCodes: [
    { code: '0', summary: 'all asked for was done and found good' },
    { code: '1', summary: 'a node has a finding, or was not tested as asked' },
    { code: '2', summary: 'usage' },
    { code: '3', summary: 'inventory or configuration' },
    { code: '4', summary: 'a node could not be reached or timed out' },
    { code: '130', summary: 'interrupted' },
  ],
  seeAlso: ['dsh(1)', 'nodes(1)', 'heorot(1)'],
};
