// From what a node's engines and counters show to one verdict, its reasons, and what to do next. Pure: the same evidence
// always gives the same verdict.
import { formatBytes } from '@heorot/cli';
import type { EngineReport } from '../model/engine-report.ts';
import type { NodeEvidence } from '../model/run-result.ts';
import type { MeasuredSlow } from './outliers.ts';
import { plural } from './plural.ts';
import { counterReasons, engineReasons, speedReasons, survivalReasons, untestedReasons } from './reasons.ts';
import { witnessReasons } from './witness-reasons.ts';

/** Worst first: a node's verdict is the worst of its reasons. */
export const verdicts = [
  'ecc-ue',
  'data-error',
  'crashed',
  'rebooted',
  'ecc-ce',
  'oom',
  'lost',
  'tool-error',
  'throttled',
  'slow',
  'busy',
  'pass-degraded',
  'pass',
] as const;

export type Verdict = (typeof verdicts)[number];

export interface Reason {
  readonly verdict: Verdict;
  /** What was seen, with its figures. */
  readonly text: string;
  /** What to do next, in the imperative. */
  readonly next: string;
}

export interface NodeCase {
  readonly node: string;
  readonly engines: readonly EngineReport[];
  readonly evidence: NodeEvidence;
  /** From the judgement of the whole group. */
  readonly slow: readonly MeasuredSlow[];
  /** Other load made bandwidth figures worthless, three times. */
  readonly busy: boolean;
  /** Why the run could not be done on this node at all. */
  readonly failure: string | null;
  /** Not at its end yet: an engine without a result has not failed. */
  readonly running: boolean;
}

export interface NodeVerdict {
  readonly node: string;
  readonly verdict: Verdict;
  /** Worst first; at least one. */
  readonly reasons: readonly Reason[];
}

/** @example judgeNode(node).reasons[0]?.next // 'swap DIMM CPU0_DIMM_A1 with one of another slot, test again: …' */
export function judgeNode(node: NodeCase): NodeVerdict {
  const reasons = [
    ...survivalReasons(node),
    ...node.engines.flatMap((engine) => engineReasons(engine, node)),
    ...counterReasons(node.evidence),
    ...witnessReasons(node.evidence),
    ...untestedReasons(node),
    ...speedReasons(node),
  ].toSorted((a, b) => verdicts.indexOf(a.verdict) - verdicts.indexOf(b.verdict));
  const [worst] = reasons;
  if (worst !== undefined) return { node: node.node, verdict: worst.verdict, reasons };
  return { node: node.node, verdict: 'pass', reasons: [passed(node)] };
}

/** Exit code of a whole run: 0 all pass, 1 something is bad, 4 a node could not be reached (and nothing worse). */
export function exitCodeOf(verdicts: readonly NodeVerdict[]): 0 | 1 | 4 {
  if (verdicts.every(({ verdict }) => verdict === 'pass')) return 0;
  return verdicts.every(({ verdict }) => verdict === 'pass' || verdict === 'lost') ? 4 : 1;
}

function passed({ engines, evidence }: NodeCase): Reason {
  const tested = engines.map(
    ({ engine, bytesTested, passes }) =>
      `${engine}: ${formatBytes(bytesTested)}, ${plural(passes, 'pass', 'passes')}`,
  );
  const ecc = evidence.dimms === null ? '; the node tells no ECC counts' : '';
  return { verdict: 'pass', text: `nothing wrong (${tested.join('; ')})${ecc}`, next: 'put it into service' };
}
