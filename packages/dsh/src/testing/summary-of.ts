// A run's summary from its results, for tests.
import type { Outcome, RunSummary } from '@heorot/fanout';

export function summaryOf(
  results: readonly { readonly node: string; readonly outcome: Outcome }[],
): RunSummary {
  return {
    results: results.map((result) => ({ ...result, elapsedMs: 10 })),
    startedAt: Date.UTC(2026, 0, 1),
    elapsedMs: 1200,
    stopped: undefined,
  };
}
