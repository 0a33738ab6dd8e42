// A line at the foot of the terminal while nodes are waited for: how many answered, who did not, since when.
import { type CommandContext, createStatusBlock } from '@heorot/cli';
import { NodeSet } from '@heorot/inventory';

export interface Waiting {
  readonly all: number;
  /** Who has not answered yet. */
  readonly open: Iterable<string>;
}

/** Drawn until it is disposed; nothing without a terminal that can go back in its line. */
export function showWaiting(
  { stderr, env }: Pick<CommandContext, 'stderr' | 'env'>,
  quiet: boolean,
  waiting: () => Waiting,
): Disposable {
  if (quiet || env['TERM'] === 'dumb') return { [Symbol.dispose]: () => undefined };
  const startedMs = performance.now();
  return createStatusBlock(stderr, {
    render: () => {
      const seconds = Math.floor((performance.now() - startedMs) / 1000);
      return seconds < 1 ? [] : [`${waitingText(waiting())} (${seconds} s)`];
    },
  });
}

/** @example waitingText({ all: 8, open: ['n2', 'n3'] }) // '6 of 8 answered, waiting for n[2-3]' */
export function waitingText({ all, open }: Waiting): string {
  const names = [...open];
  const answered = `${all - names.length} of ${all} answered`;
  return names.length === 0 ? answered : `${answered}, waiting for ${NodeSet.from(names).toString()}`;
}
