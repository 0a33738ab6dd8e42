// How finely a history is made: the readings themselves are a thousand a node in a quarter of an hour, so that longer spans
// are made of minutes and hours, as are times of which the readings are no longer kept.
import type { Recording } from '../record/recording.ts';
import { hourMs, minuteMs } from '../traffic/minute-sums.ts';
import type { Resolution } from '../traffic/traffic.ts';

export interface HistoryPlan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
  readonly resolution: Resolution;
}

export interface PlanOptions {
  readonly fromMs: number;
  readonly toMs: number;
  readonly intervalMs: number;
  /** Only readings tell of interfaces by name. */
  readonly byInterface: boolean;
}

const secondMs = 1000;
/** Lengths of buckets that people think in. */
const steps = [
  100,
  200,
  500,
  ...[1, 2, 5, 10, 15, 30].map((count) => count * secondMs),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minuteMs),
  ...[1, 2, 3, 6, 12, 24].map((count) => count * hourMs),
];
/** So many readings are read within a fifth of a second, also by a busy head. */
const mostReadings = 4000;
const longestOfMinutesMs = 72 * hourMs;

/** The shortest step that gives no more than so many buckets, no less than a sample each, and is read at once. */
export function stepFor({ fromMs, toMs, intervalMs, byInterface }: PlanOptions, buckets: number): number {
  const lengthMs = toMs - fromMs;
  const quick = byInterface || lengthMs / intervalMs <= mostReadings ? intervalMs : minuteMs;
  const wanted = Math.max(lengthMs / buckets, quick);
  return steps.find((each) => each >= wanted) ?? Math.ceil(wanted / (24 * hourMs)) * 24 * hourMs;
}

/**
 * Of minutes where buckets are whole minutes, of hours where they are whole hours of many days, and coarser than was asked for where the
 * recording keeps no more. The span is then that of whole minutes or hours, as far as it is recorded.
 */
export function planHistory(recording: Recording, options: PlanOptions, stepMs: number): HistoryPlan {
  const { fromMs, toMs, byInterface } = options;
  const all = recording.span() ?? { fromMs, toMs };
  const readingsMs = recording.since('readings') ?? toMs;
  if (byInterface)
    return { fromMs: Math.max(fromMs, Math.min(readingsMs, toMs)), toMs, stepMs, resolution: 'readings' };
  const kept = (resolution: Resolution) =>
    (recording.since(resolution) ?? Infinity) <= Math.max(fromMs, all.fromMs);
  const long = toMs - fromMs > longestOfMinutesMs;
  const resolution =
    (long && stepMs % hourMs === 0) || !(kept('minutes') || kept('readings'))
      ? 'hours'
      : stepMs % minuteMs === 0 || !kept('readings')
        ? 'minutes'
        : 'readings';
  if (resolution === 'readings') return { fromMs, toMs, stepMs, resolution };
  const unitMs = resolution === 'hours' ? hourMs : minuteMs;
  return {
    fromMs: Math.max(all.fromMs, Math.floor(fromMs / unitMs) * unitMs),
    toMs: Math.min(all.toMs, Math.ceil(toMs / unitMs) * unitMs),
    stepMs: Math.ceil(stepMs / unitMs) * unitMs,
    resolution,
  };
}
