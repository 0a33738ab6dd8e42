// Asks for a password without showing it.
import { type PromptTerminal, readLine } from './read-line.ts';

/**
 * @throws HeorotError `usage` without a terminal, `interrupted` on Ctrl-C
 * @example await askSecret(context, 'sudo password: ')
 */
export function askSecret(terminal: PromptTerminal, prompt: string, signal?: AbortSignal): Promise<string> {
  return readLine(terminal, { prompt, echo: false, ...(signal === undefined ? {} : { signal }) });
}
