// The verb `log`.
import { type CommandContext, ExitCode, neutralise, writeAll } from '@heorot/cli';
import { HeorotError, parseHostName } from '@heorot/inventory';
import { stateFolder } from '@heorot/state';
import { headFolder } from '../protocol/head-folder.ts';
import { readNodeLog } from '../service/node-logs.ts';

export async function showLog(operands: readonly string[], context: CommandContext): Promise<number> {
  const [node, ...more] = operands;
  if (node === undefined || more.length > 0)
    throw new HeorotError('usage', 'one node is wanted', { hint: 'clone log n1' });
  const log = await readNodeLog(headFolder(stateFolder(context.env, 'clone')).logs, parseHostName(node));
  if (log === undefined) {
    await writeAll(context.stderr, `${node} has no log: it was not deployed yet, or said nothing\n`);
    return ExitCode.nodeFailed;
  }
  await writeAll(context.stdout, context.stdout.isTTY === true ? neutralise(log) : log);
  return ExitCode.ok;
}
