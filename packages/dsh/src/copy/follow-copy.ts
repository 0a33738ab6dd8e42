// Follows a copy to its end and tells of it: as it goes for people and --ndjson, as one document for --json.

import { type CommandContext, formatBytes, type StatusSource } from '@heorot/cli';
import type { CopyEvent, CopyRun, NodeResult, RunSummary } from '@heorot/fanout';
import { describeOutcome } from '@heorot/fanout';
import type { DshFlags } from '../flags/dsh-flags.ts';
import { isTold, outcomeLines } from '../render/endings-renderer.ts';
import type { Surface } from '../render/renderer.ts';
import { summaryDocument } from '../render/summary-document.ts';
import { tellUnfinished } from '../run/follow.ts';
import { onAbort } from '../run/on-abort.ts';

type CopyFlags = Pick<DshFlags, 'json' | 'ndjson' | 'quiet' | 'verbose'>;

export interface CopyView {
  readonly surface: Surface;
  readonly progress: StatusSource & { event(event: CopyEvent): void };
}

/**
 * @param start called once somebody listens for Ctrl-C
 * @param skipped nodes that are not even tried: they end first
 */
export async function followCopy(
  start: () => CopyRun,
  flags: CopyFlags,
  { surface, progress }: CopyView,
  context: Pick<CommandContext, 'drain' | 'signal'>,
  skipped: readonly NodeResult[] = [],
): Promise<RunSummary> {
  const teller = flags.json
    ? jsonTeller(surface)
    : flags.ndjson
      ? ndjsonTeller(surface)
      : peopleTeller(surface, flags);
  using _watch = onAbort(context.drain, () => tellUnfinished(run, surface, context.signal));
  const run = start();
  for (const result of skipped) {
    const event = { kind: 'end', node: result.node, result, bytes: 0 } as const;
    progress.event(event);
    teller.event(event);
  }
  for await (const event of run) {
    progress.event(event);
    teller.event(event);
    await (surface.stdout.pressure() ?? surface.stderr.pressure());
  }
  const ended = await run.summary;
  const summary = { ...ended, results: [...skipped, ...ended.results] };
  teller.end(summary);
  await surface.stdout.flush();
  return summary;
}

interface Teller {
  event(event: CopyEvent): void;
  end(summary: RunSummary): void;
}

/** Every file only with -v; what went wrong always. */
function peopleTeller(surface: Surface, flags: CopyFlags): Teller {
  const { stdout } = surface;
  const lines = outcomeLines(surface, flags.verbose > 0);
  return {
    event(event) {
      if (event.kind === 'note') lines.add(event.node, event.text);
      if (event.kind === 'file' && flags.verbose > 0) {
        stdout.write(`${event.node}: ${event.path} (${formatBytes(event.bytes)}, ${event.how})\n`);
      }
      if (event.kind === 'end' && isTold(event.result.outcome)) {
        lines.add(event.node, describeOutcome(event.result.outcome));
      }
    },
    end: () => lines.end(),
  };
}

function ndjsonTeller({ stdout }: Surface): Teller {
  const write = (event: unknown): void => stdout.write(`${JSON.stringify(event)}\n`);
  return {
    event(event) {
      if (event.kind !== 'end') return write(event);
      const { outcome, elapsedMs } = event.result;
      return write({
        kind: 'end',
        node: event.node,
        outcome,
        elapsedMs: Math.round(elapsedMs),
        bytes: event.bytes,
      });
    },
    end: (summary) => write({ kind: 'summary', ...summaryDocument(summary) }),
  };
}

function jsonTeller({ stdout }: Surface): Teller {
  const files = new Map<string, object[]>();
  const bytes = new Map<string, number>();
  return {
    event(event) {
      if (event.kind === 'file') {
        const { node, kind: _, ...file } = event;
        files.set(node, [...(files.get(node) ?? []), file]);
      } else if (event.kind === 'end') {
        bytes.set(event.node, event.bytes);
      }
    },
    end(summary) {
      const nodes = summary.results.map((result) => ({
        ...result,
        elapsedMs: Math.round(result.elapsedMs),
        bytes: bytes.get(result.node) ?? 0,
        files: files.get(result.node) ?? [],
      }));
      stdout.write(`${JSON.stringify({ ...summaryDocument(summary), nodes }, null, 2)}\n`);
    },
  };
}
