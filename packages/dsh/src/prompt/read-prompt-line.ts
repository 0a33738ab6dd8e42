// Reads one line at the prompt, with node's line editor: history, completion, Ctrl-C, Ctrl-D, Ctrl-Z.
import { createInterface } from 'node:readline/promises';
import type { CommandContext } from '@heorot/cli';
import { type CompletionSource, completeLine } from './complete-line.ts';
import type { Keyboard } from './keyboard.ts';

export interface PromptReading {
  readonly prompt: string;
  /** Newest first. */
  readonly history: readonly string[];
  readonly completion: CompletionSource;
}

/** @returns the line; undefined for Ctrl-D, a terminal that is gone, or an abort */
export function readPromptLine(
  keyboard: Keyboard,
  { stderr, signal }: Pick<CommandContext, 'stderr' | 'signal'>,
  { prompt, history, completion }: PromptReading,
): Promise<string | undefined> {
  if (signal.aborted || keyboard.input.writableEnded) return Promise.resolve(undefined);
  let finished = false;
  const editor = createInterface({
    input: keyboard.input,
    output: stderr,
    terminal: true,
    history: [...history],
    historySize: Math.max(1, history.length + 1),
    removeHistoryDuplicates: true,
    prompt,
    completer: async (line: string): Promise<[string[], string]> => {
      // A source that fails costs the completion, not the line being typed.
      const [candidates, word] = await completeLine(line, completion).catch(() => [[], line] as const);
      // An editor that is closed meanwhile must not hear of them: node's would throw.
      return finished ? new Promise(() => {}) : [[...candidates], word];
    },
  });
  return new Promise((resolve) => {
    const finish = (line: string | undefined): void => {
      if (finished) return;
      finished = true;
      signal.removeEventListener('abort', leave);
      // At once, not when the promise is awaited: the next line of a paste must stay where it is.
      editor.close();
      resolve(line);
    };
    // By Ctrl-D, by a signal, or because the terminal is gone.
    const leave = (): void => {
      if (!finished) stderr.write('\n');
      finish(undefined);
    };
    signal.addEventListener('abort', leave, { once: true });
    editor.on('line', finish);
    editor.on('close', leave);
    // Ctrl-C on a line being typed drops the line, as in a shell.
    editor.on('SIGINT', () => {
      keyboard.drop();
      stderr.write('^C\n');
      finish('');
    });
    editor.on('SIGTSTP', () => keyboard.suspend(() => editor.prompt(true)));
    editor.prompt();
  });
}
