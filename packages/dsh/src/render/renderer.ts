// What all renderers share: events of a run in, bytes on a surface out. One renderer a file; which are used: choose-renderer.ts.
import type { Theme } from '@heorot/cli';
import type { RunEvent, RunSummary } from '@heorot/fanout';
import type { ByteSink } from './byte-sink.ts';

/** Shows a run. Awaiting what `event` returns is what slows the nodes down to the reader's pace. */
export interface Renderer {
  event(event: RunEvent): void | Promise<void>;
  /** After the last event; resolves when everything has been handed to the system. */
  end(summary: RunSummary): Promise<void>;
}

/** Where renderers write, and how names look there. */
export interface Surface {
  readonly stdout: ByteSink;
  readonly stderr: ByteSink;
  readonly theme: { readonly stdout: Theme; readonly stderr: Theme };
  /** Node names to a folded node set. */
  readonly fold: (nodes: readonly string[]) => string;
}

/** Which of a node's streams a renderer shows. */
export type Streams = 'stdout' | 'stderr' | 'both';

export function shows(streams: Streams, kind: 'stdout' | 'stderr'): boolean {
  return streams === 'both' || streams === kind;
}

type EndEvent = Extract<RunEvent, { kind: 'exit' | 'failure' }>;

/** The last event of a node. */
export function isEnd(event: RunEvent): event is EndEvent {
  return event.kind === 'exit' || event.kind === 'failure';
}

/** Several renderers of the same run, in order; the slowest sets the pace. */
export function together(renderers: readonly Renderer[]): Renderer {
  const [only] = renderers;
  if (only !== undefined && renderers.length === 1) return only;
  return {
    event(event) {
      // Mostly nobody has to be waited for, and a run may have millions of events.
      let waits: Promise<void>[] | undefined;
      for (const renderer of renderers) {
        const wait = renderer.event(event);
        if (wait !== undefined) (waits ??= []).push(wait);
      }
      return waits === undefined ? undefined : Promise.all(waits).then(() => undefined);
    },
    async end(summary) {
      for (const renderer of renderers) await renderer.end(summary);
    },
  };
}
