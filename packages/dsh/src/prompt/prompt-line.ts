// What a line typed at the prompt means. Pure: the loop in prompt.ts acts on it.
import { didYouMean } from '@heorot/inventory';

export type PromptLine =
  | { readonly kind: 'empty' }
  /** Runs on the nodes, exactly as typed. */
  | { readonly kind: 'remote'; readonly command: string }
  /** `!command`: runs on this machine. */
  | { readonly kind: 'local'; readonly command: string }
  | { readonly kind: 'directive'; readonly name: Directive; readonly argument: string }
  /** `:name` that is none of ours: nothing is run anywhere. */
  | { readonly kind: 'unknown'; readonly name: string; readonly hint: string };

export const directives = {
  nodes: 'show the nodes; :nodes SET chooses others, :nodes +SET adds, :nodes -SET takes away',
  gather: 'gather equal answers under folded names; again to go back',
  diff: 'show what differs from the largest group of equal answers; again to go back',
  fanout: ':fanout N runs on at most N nodes at a time',
  timeout: ':timeout DURATION ends commands after that time; :timeout 0 never',
  last: 'show how each node ended the last command',
  retry: 'run the last command again where it did not end ok',
  help: 'this list',
  quit: 'leave; so does Ctrl-D',
} as const;

export type Directive = keyof typeof directives;

export function parsePromptLine(line: string): PromptLine {
  const text = line.trim();
  if (text === '' || text.startsWith('#')) return { kind: 'empty' };
  if (text.startsWith('!')) return localLine(text.slice(1).trim());
  if (!text.startsWith(':')) return { kind: 'remote', command: text };
  const [, name = '', argument = ''] = /^:(\S*)\s*(.*)$/.exec(text) ?? [];
  if (isDirective(name)) return { kind: 'directive', name, argument };
  return { kind: 'unknown', name, hint: didYouMean(name, Object.keys(directives)) ?? 'try :help' };
}

function isDirective(name: string): name is Directive {
  return Object.hasOwn(directives, name);
}

function localLine(command: string): PromptLine {
  return command === '' ? { kind: 'empty' } : { kind: 'local', command };
}
