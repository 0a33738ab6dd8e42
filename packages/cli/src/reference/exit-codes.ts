// The exit codes of a tool, in words: those that all tools have, with what the tool itself says of them.
import { ExitCode, type Tool } from '../tool/tool.ts';

type ExitCodeText = NonNullable<Tool['exitCodes']>[number];

const shared: readonly ExitCodeText[] = [
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
];

export function exitCodesOf({ exitCodes: own = [] }: Tool): readonly ExitCodeText[] {
  const known = new Set(shared.map(({ code }) => code));
  return [
    ...shared.map((general) => own.find(({ code }) => code === general.code) ?? general),
    ...own.filter(({ code }) => !known.has(code)),
  ];
}
