// What a report is drawn from: the run, and how the same machines did before.
import type { RunSpread } from '../history/trend.ts';
import type { RunResult } from '../model/run-result.ts';

export interface ReportData {
  readonly run: RunResult;
  /** By measurement, oldest first, this run last; empty without a history. */
  readonly trend: ReadonlyMap<string, readonly RunSpread[]>;
  /** Milliseconds since 1970: when the report is made. */
  readonly now: number;
}
