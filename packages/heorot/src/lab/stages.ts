// Shows what takes a moment: a spinner on a terminal, nothing elsewhere.
import type { CommandContext } from '@heorot/cli';
import type { ListrDefaultRendererLogLevels } from 'listr2';

/** Runs one stage; its failure is the caller's. */
export async function inStages<Result>(
  context: Pick<CommandContext, 'stderr'>,
  title: string,
  action: () => Promise<Result>,
): Promise<Result> {
  if (context.stderr.isTTY !== true) return action();
  const { Listr, ListrLogger, ProcessOutput } = await import('listr2');
  const outcome: { result?: Result } = {};
  const stages = new Listr(
    [{ title, task: async () => void Object.assign(outcome, { result: await action() }) }],
    {
      registerSignalListeners: false,
      rendererOptions: {
        logger: new ListrLogger<ListrDefaultRendererLogLevels>({
          useIcons: true,
          toStderr: [],
          // Results go to stdout; this is not one.
          processOutput: new ProcessOutput(process.stderr, process.stderr),
        }),
      },
    },
  );
  await stages.run();
  if (!('result' in outcome)) throw new Error(`stage '${title}' ended without a result`);
  return outcome.result;
}
