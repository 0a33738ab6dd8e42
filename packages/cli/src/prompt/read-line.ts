// Reads one line that a person types. Prompts go to stderr: stdout is for results.

import { HeorotError } from '@heorot/inventory';
import type { Terminal } from '../tool/tool.ts';

export type PromptTerminal = Pick<Terminal, 'stdin' | 'stderr'>;

const interrupt = '\u0003';
const endOfInput = '\u0004';
const eraseLine = '\u0015';
const erase = ['\u007f', '\b'];

/**
 * The line without its newline. With `echo: false` the terminal is put into raw mode meanwhile: nothing is shown.
 * @throws HeorotError `interrupted` on Ctrl-C, end of input or abort; `usage` without a terminal
 */
export async function readLine(
  { stdin, stderr }: PromptTerminal,
  {
    prompt,
    echo,
    signal,
  }: { readonly prompt: string; readonly echo: boolean; readonly signal?: AbortSignal },
): Promise<string> {
  if (stdin.isTTY !== true) throw new HeorotError('usage', `no terminal to ask on: ${prompt.trim()}`);
  signal?.throwIfAborted();
  // First of all: what is typed at once when the prompt shows must not be shown.
  if (!echo) stdin.setRawMode?.(true);
  try {
    stderr.write(prompt);
    return await typedLine(stdin, signal);
  } finally {
    stdin.pause();
    if (!echo) {
      stdin.setRawMode?.(false);
      stderr.write('\n');
    }
  }
}

function typedLine(stdin: PromptTerminal['stdin'], signal: AbortSignal | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const decoder = new TextDecoder();
    let line = '';
    const settle = (outcome: () => void) => {
      stdin.off('data', onData).off('end', onEnd);
      signal?.removeEventListener('abort', onEnd);
      outcome();
    };
    const onEnd = () => settle(() => reject(new HeorotError('interrupted', 'interrupted')));
    const onData = (chunk: Uint8Array | string) => {
      const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
      for (const character of text) {
        if (character === '\n' || character === '\r') return settle(() => resolve(line));
        if (character === interrupt || (character === endOfInput && line === '')) return onEnd();
        if (character === eraseLine) line = '';
        else if (erase.includes(character)) line = Array.from(line).slice(0, -1).join('');
        else line += character;
      }
    };
    stdin.on('data', onData).once('end', onEnd);
    signal?.addEventListener('abort', onEnd, { once: true });
    stdin.resume();
  });
}
