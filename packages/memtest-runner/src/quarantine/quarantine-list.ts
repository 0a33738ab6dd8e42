// Which nodes of a run go out of service, and with which words. Pure.
import type { Verdict } from '../judge/verdict.ts';
import type { RunResult } from '../model/run-result.ts';

/** Not among them: what says nothing about the hardware (busy, tool-error, oom, rebooted by somebody, a shorter test). */
export const quarantined: readonly Verdict[] = [
  'ecc-ue',
  'data-error',
  'crashed',
  'ecc-ce',
  'lost',
  'throttled',
  'slow',
];

/** Every reason of ours begins with it: only such nodes are ever put back. */
export const OWN_PREFIX = 'memtest-runner:';

export interface QuarantinedNode {
  readonly node: string;
  /** `memtest-runner: data-error (run 20261122-073141-k3f9)`; no quotes, no control characters. */
  readonly reason: string;
}

export function quarantineList(
  { id, nodes }: Pick<RunResult, 'id' | 'nodes'>,
  verdicts: readonly Verdict[] = quarantined,
): readonly QuarantinedNode[] {
  return nodes
    .filter(({ verdict }) => verdicts.includes(verdict))
    .map(({ node, verdict }) => ({ node, reason: `${OWN_PREFIX} ${verdict} (run ${id})` }));
}
