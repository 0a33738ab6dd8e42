// Before something is destroyed: what it concerns has to be typed back.
import { HeorotError } from '@heorot/inventory';
import { type PromptTerminal, readLine } from './read-line.ts';

export interface Confirmation {
  /** What will happen, a sentence: `this erases the disks of n[1-8]` */
  readonly consequence: string;
  /** What has to be typed: the folded node set. */
  readonly expected: string;
  /** `--yes` */
  readonly yes: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Returns when it was confirmed.
 * @throws HeorotError `not-confirmed` when something else was typed; `usage` without a terminal and without --yes
 */
export async function confirm(terminal: PromptTerminal, confirmation: Confirmation): Promise<void> {
  const { consequence, expected, yes, signal } = confirmation;
  if (yes) return;
  if (terminal.stdin.isTTY !== true) {
    throw new HeorotError('usage', `${consequence}; there is no terminal to confirm it on`, {
      hint: 'in scripts say --yes',
    });
  }
  const prompt = `${consequence}\ntype ${expected} to go on: `;
  const typed = await readLine(terminal, { prompt, echo: true, ...(signal === undefined ? {} : { signal }) });
  if (typed.trim() === expected) return;
  throw new HeorotError('not-confirmed', 'not confirmed: nothing was done', {
    hint: `what had to be typed: ${expected}`,
  });
}
