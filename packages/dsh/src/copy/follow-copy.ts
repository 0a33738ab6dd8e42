// Follows a copy to its end and tells of it: as it goes for people and --ndjson, as one document for --json.

import { formatBytes, type StatusSource } from '@heorot/cli';
import type { CopyEvent, CopyRun, RunSummary } from '@heorot/fanout';
import { describeOutcome } from '@heorot/fanout';
import type { DshFlags } from '../flags/dsh-flags.ts';
import { isTold, outcomeLines } from '../render/endings-renderer.ts';
import type { Surface } from '../render/renderer.ts';
import { summaryDocument } from '../render/summary-document.ts';

type CopyFlags = Pick<DshFlags, 'json' | 'ndjson' | 'quiet' | 'verbose'>;

export async function followCopy(
  run: CopyRun,
  flags: CopyFlags,
  {
    surface,
    progress,
  }: { readonly surface: Surface; readonly progress: StatusSource & { event(event: CopyEvent): void } },
): Promise<RunSummary> {
  const teller = flags.json
    ? jsonTeller(surface)
    : flags.ndjson
      ? ndjsonTeller(surface)
      : peopleTeller(surface, flags);
  for await (const event of run) {
    progress.event(event);
    teller.event(event);
    await (surface.stdout.pressure() ?? surface.stderr.pressure());
  }
  const summary = await run.summary;
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
