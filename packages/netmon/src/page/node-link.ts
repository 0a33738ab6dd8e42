// How a node is named everywhere in the page, and how it stands, in words.
import { element } from './element.ts';
import type { NodeRow } from './rows.ts';
import { clockText } from './times.ts';

export function nodeLink(node: string): HTMLElement {
  return element('a', { href: nodeAddress(node), 'data-key': node }, node);
}

export function nodeAddress(node: string): string {
  return `#node=${encodeURIComponent(node)}`;
}

/** Empty for one that is well. */
export function stateText({ state, sinceMs, detail, figures }: NodeRow): string {
  const why = detail === null ? '' : `: ${detail}`;
  if (state === 'down') return `down since ${clockText(sinceMs)}${why}`;
  if (state !== 'sampling') return `${state}${why}`;
  return figures.age === null ? 'waiting for the first sample' : '';
}
