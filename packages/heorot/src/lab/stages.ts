// Shows what takes a moment: a spinner on a terminal, nothing elsewhere.
import type { CommandContext } from '@heorot/cli';
import type { ListrDefaultRendererLogLevels } from 'listr2';

/** Runs one stage; its failure is the caller's. */
export async function inStages<Result>(
  context: Pick<CommandContext, 'stderr'>,
  title: string,
  action: () => Promise<Result>,
): Promise<Result> {
  // A serial console may say it is 0 columns wide.
  if (context.stderr.isTTY !== true || !context.stderr.columns) return action();
  const { Listr, ListrLogger, ProcessOutput } = await import('listr2');
  const outcome: { result?: Result } = {};
  const rendererOptions = {
    // The caller says what failed.
    showErrorMessage: false,
    logger: new ListrLogger<ListrDefaultRendererLogLevels>({
      useIcons: true,
      toStderr: [],
      // Results go to stdout; this is not one.
      processOutput: new ProcessOutput(process.stderr, process.stderr),
    }),
  };
  const task = async (): Promise<void> => void Object.assign(outcome, { result: await action() });
  const stages = new Listr([{ title, task }], {
    registerSignalListeners: false,
    renderer: 'default',
    rendererOptions,
    // listr2 looks only at stdout to see whether this is a terminal.
    fallbackRenderer: 'default',
    fallbackRendererOptions: rendererOptions,
  });
  await stages.run();
  if (!('result' in outcome)) throw new Error(`stage '${title}' ended without a result`);
  return outcome.result;
}
