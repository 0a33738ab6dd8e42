// The three ways to print a set: folded, its names, their number.
import { parseAutostep, parseAxis } from '@heorot/inventory';
import type { GroupNaming } from '../groups/group-reference.ts';
import { regroup } from '../groups/regroup.ts';
import type { Answer } from './answer-sets.ts';

interface FoldFlags {
  readonly autostep: string | undefined;
  readonly axis: string | undefined;
  readonly rangeset: boolean;
}

/** @throws HeorotError `usage` */
export function folded({ autostep, axis, rangeset }: FoldFlags): Answer {
  const options = {
    autostep: autostep === undefined ? undefined : parseAutostep(autostep),
    axis: axis === undefined ? undefined : parseAxis(axis),
  };
  return (set) => {
    const text = set.toString(options);
    return [`${rangeset ? text.replace(/^\[(.*)\]$/, '$1') : text}\n`];
  };
}

/** With the names of groups where their nodes are all there. */
export function regrouped(naming: GroupNaming): Answer {
  return async (set, reader) => [`${await regroup(set, await reader.inventory, naming)}\n`];
}

export const counted: Answer = (set) => [`${set.size}\n`];

const PAGE = 65_536;

export function expanded(separator: string): Answer {
  const between = separator.replaceAll('\\n', '\n').replaceAll('\\t', '\t');
  return function* pages(set) {
    let page = '';
    let first = true;
    for (const name of set) {
      page += first ? name : `${between}${name}`;
      first = false;
      if (page.length < PAGE) continue;
      yield page;
      page = '';
    }
    yield first ? '' : `${page}\n`;
  };
}
