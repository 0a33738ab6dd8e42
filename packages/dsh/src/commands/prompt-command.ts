// `dsh -g compute` on a terminal, without a command: the prompt.
import { join } from 'node:path';
import type { CommandContext } from '@heorot/cli';
import { StateError, stateFolder } from '@heorot/state';
import { DshPromptHost } from '../prompt/dsh-prompt-host.ts';
import { Keyboard } from '../prompt/keyboard.ts';
import { openLineHistory } from '../prompt/line-history.ts';
import { runPrompt, type View } from '../prompt/prompt.ts';
import { openStage } from '../run/open-stage.ts';
import { sudoPassword } from '../run/sudo-password.ts';
import type { DshInput } from './run-command.ts';

export async function promptCommand(input: DshInput, context: CommandContext): Promise<number> {
  const { flags } = input;
  const password = await sudoPassword(flags, context);
  using keyboard = new Keyboard(context.stdin);
  // Whoever asks for a passphrase meanwhile gets the keys from there.
  const atPrompt: CommandContext = { ...context, stdin: keyboard.input };
  await using stage = await openStage(flags, atPrompt, { keepSessions: true });
  const host = new DshPromptHost(stage, input, atPrompt, password);
  const view: View = flags.diff ? 'diff' : flags.gather ? 'gather' : 'live';
  const settings = {
    nodes: stage.nodes,
    view,
    fanout: flags.fanout,
    commandTimeoutMs: flags['command-timeout'] || undefined,
  };
  const history = await openLineHistory(lineHistoryPath(context.env));
  return await runPrompt({ host, keyboard, context }, settings, history);
}

/** Without a home the lines of this session are all there is. */
function lineHistoryPath(env: CommandContext['env']): string | undefined {
  try {
    return join(stateFolder(env), 'dsh-prompt-history');
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    return undefined;
  }
}
