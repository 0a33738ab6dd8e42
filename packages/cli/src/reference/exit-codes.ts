// The exit codes every tool has, in words.
import { ExitCode } from '../tool/tool.ts';

export const exitCodes = [
  { code: `${ExitCode.ok}`, summary: 'all that was asked for was done and found good' },
  { code: `${ExitCode.nodeFailed}`, summary: 'something a node did or showed is bad' },
  { code: `${ExitCode.usage}`, summary: 'the command line is wrong' },
  {
    code: `${ExitCode.configuration}`,
    summary: 'the inventory, the configuration or this machine is at fault',
  },
  { code: `${ExitCode.unreachable}`, summary: 'a node could not be reached or timed out, and nothing worse' },
  { code: `${ExitCode.internal}`, summary: 'an error of the tool itself' },
  { code: `${ExitCode.interrupted}`, summary: 'interrupted by Ctrl-C; 129 and 143 by SIGHUP and SIGTERM' },
  { code: '141', summary: 'the reader of the output went away' },
] as const;
