// A line on stderr for each node that did not end ok, when it ends: `n3: exit 1`. Quiet about nodes that never began.
import { describeOutcome } from '@heorot/fanout';
import { isEnd, type Renderer, type Surface } from './renderer.ts';

export function endingsRenderer({ stderr, theme }: Pick<Surface, 'stderr' | 'theme'>): Renderer {
  return {
    event(event) {
      if (!isEnd(event)) return undefined;
      const { kind } = event.outcome;
      if (kind === 'ok' || kind === 'skipped' || kind === 'cancelled') return undefined;
      stderr.write(`${theme.stderr.bad(`${event.node}:`)} ${describeOutcome(event.outcome)}\n`);
      return stderr.pressure();
    },
    end: () => stderr.flush(),
  };
}
