// The part of a run's result that --json and --ndjson share.
import type { RunSummary } from '@heorot/fanout';

export interface SummaryDocument {
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly elapsedMs: number;
  /** How many nodes ended in each way; the kinds are those of the outcomes. */
  readonly counts: Readonly<Record<string, number>>;
  /** Why the run ended early; null when it did not. */
  readonly stopped: string | null;
}

export function summaryDocument({ results, startedAt, elapsedMs, stopped }: RunSummary): SummaryDocument {
  const counts: Record<string, number> = {};
  for (const { outcome } of results) counts[outcome.kind] = (counts[outcome.kind] ?? 0) + 1;
  return {
    startedAt: new Date(startedAt).toISOString(),
    elapsedMs: Math.round(elapsedMs),
    counts,
    stopped: stopped ?? null,
  };
}
