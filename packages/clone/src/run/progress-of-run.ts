// A run in figures: how many nodes are where, how long each step takes, when the last will be done, and who is slowest.
import { NodeSet } from '@heorot/inventory';
import type { Deployment } from '../deploy/deployment.ts';
import type { DeploymentStore } from '../deploy/deployment-store.ts';
import { type StepName, stepOrder } from '../deploy/step-table.ts';

export interface RunProgress {
  readonly total: number;
  /** In the order of the steps: `queued`, the steps, then how it ended; empty ones are left out. */
  readonly groups: readonly { readonly state: string; readonly count: number; readonly nodes: string }[];
  /** Of the whole, 0 to 1. */
  readonly part: number;
  /** Milliseconds; `undefined` before anything is known. */
  readonly remainingMs: number | undefined;
  readonly slowest: { readonly node: string; readonly state: string; readonly sinceMs: number } | undefined;
  readonly active: number;
}

const endings = ['deployed', 'failed', 'cancelled', 'expired'] as const;

/** `queued`, `image`, `failed`, ... */
export function stateOf({ position }: Deployment): string {
  if (position.kind === 'queued') return 'queued';
  return position.kind === 'at' ? position.step : position.ending;
}

/** @param deployments of one run, as `head.deployments.list(run)` gives them. @param now milliseconds since 1970 */
export function progressOfRun(deployments: readonly Deployment[], now: number): RunProgress {
  const byState = Map.groupBy(deployments, stateOf);
  const groups = ['queued', ...stepOrder, ...endings].flatMap((state) => {
    const members = byState.get(state);
    return members === undefined
      ? []
      : [{ state, count: members.length, nodes: NodeSet.from(members.map(({ node }) => node)).toString() }];
  });
  const active = deployments.filter(({ ended }) => ended === undefined);
  const slowest = active
    .flatMap((each) =>
      each.position.kind === 'at'
        ? [{ node: each.node, since: each.position.since, state: stateOf(each) }]
        : [],
    )
    .toSorted((a, b) => a.since - b.since)[0];
  const part = deployments.reduce((sum, each) => sum + partOf(each), 0) / Math.max(1, deployments.length);
  const started = Math.min(...deployments.map((each) => each.started));
  return {
    total: deployments.length,
    groups,
    part,
    remainingMs: part > 0.05 && active.length > 0 ? ((now - started) / part) * (1 - part) : undefined,
    slowest:
      slowest === undefined
        ? undefined
        : { node: slowest.node, state: slowest.state, sinceMs: now - slowest.since },
    active: active.length,
  };
}

/** What share of the whole each step is, measured under emulation (bench/RESULTS.md): the image is most of it. */
const weights: Readonly<Record<StepName, number>> = {
  power: 1,
  script: 10,
  claim: 8,
  admit: 1,
  check: 1,
  partition: 2,
  format: 3,
  secrets: 1,
  image: 45,
  identity: 2,
  post: 3,
  bootloader: 2,
  flush: 2,
  answer: 19,
};

function partOf({ position, progress = 0 }: Deployment): number {
  if (position.kind === 'ended') return 1;
  if (position.kind === 'queued') return 0;
  const before = stepOrder
    .slice(0, stepOrder.indexOf(position.step))
    .reduce((sum, step) => sum + weights[step], 0);
  return (before + weights[position.step] * progress) / 100;
}

/** How long each step took, over the nodes that did it: the median and the longest, with who it was. */
export function stepTimes(
  deployments: readonly Deployment[],
  store: Pick<DeploymentStore, 'timings'>,
): readonly {
  readonly step: StepName;
  readonly medianMs: number;
  readonly longestMs: number;
  readonly node: string;
}[] {
  const times = new Map<StepName, { ms: number; node: string }[]>();
  for (const { id, node } of deployments)
    for (const { step, began, ended } of store.timings(id)) {
      const list = times.get(step) ?? [];
      list.push({ ms: ended - began, node });
      times.set(step, list);
    }
  return stepOrder.flatMap((step) => {
    const sorted = times.get(step)?.toSorted((a, b) => a.ms - b.ms) ?? [];
    const longest = sorted.at(-1);
    const median = sorted[Math.floor(sorted.length / 2)];
    return longest === undefined || median === undefined
      ? []
      : [{ step, medianMs: median.ms, longestMs: longest.ms, node: longest.node }];
  });
}
