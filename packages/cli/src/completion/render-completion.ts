// Completion scripts from the tables; names of nodes and groups are asked from the tool while one types.
import type { Tool } from '../tool/tool.ts';
import { bashCompletion } from './bash-completion.ts';
import { fishCompletion } from './fish-completion.ts';
import { zshCompletion } from './zsh-completion.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

const renderers = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

export function renderCompletion(tool: Tool, shell: Shell): string {
  return renderers[shell](tool);
}
