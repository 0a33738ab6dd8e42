// How nodes ended that did not end ok, on stderr when they end: `n3: exit 1`. Quiet about nodes that never began. What
// many nodes say alike is folded, unless every node was asked for with -v; then slow login shells are told as well.

import { formatDuration } from '@heorot/cli';
import { describeOutcome, type NodeResult } from '@heorot/fanout';
import { FoldedLines } from './folded-lines.ts';
import { isEnd, type Renderer, type Surface } from './renderer.ts';

export function endingsRenderer(
  surface: Pick<Surface, 'stderr' | 'theme'>,
  { verbose }: { readonly verbose: boolean },
): Renderer {
  const { stderr } = surface;
  const lines = outcomeLines(surface, verbose);
  return {
    event(event) {
      if (!isEnd(event)) return undefined;
      if (verbose && event.startUpMs !== undefined) lines.add(event.node, slowStart(event.startUpMs));
      if (isTold(event.outcome)) lines.add(event.node, describeOutcome(event.outcome));
      return stderr.pressure();
    },
    async end() {
      lines.end();
      await stderr.flush();
    },
  };
}

/** Lines that begin with the name of a node in the colour of trouble. */
export function outcomeLines(
  { stderr, theme }: Pick<Surface, 'stderr' | 'theme'>,
  each: boolean,
): FoldedLines {
  return new FoldedLines({
    each,
    say: (nodes, text) => stderr.write(`${theme.stderr.bad(`${nodes}:`)} ${text}\n`),
  });
}

export function isTold({ kind }: NodeResult['outcome']): boolean {
  return kind !== 'ok' && kind !== 'skipped' && kind !== 'cancelled';
}

function slowStart(startUpMs: number): string {
  return `slow to start: its login shell took ${formatDuration(startUpMs)} to come to the command`;
}
