// A plan as a person reads it before it is started: on which nodes, what, with how much memory, how long.
import { formatBytes, formatDuration } from '@heorot/cli';
import { NodeSet } from '@heorot/inventory';
import { plural } from '../judge/plural.ts';
import { levels } from './levels.ts';
import { bytesToTest, passSeconds } from './pass-cost.ts';
import { longestSeconds, type Phase, plannedSeconds } from './phase.ts';
import { levelOf, type PlannedNode, type RunPlan, type Wishes } from './plan-run.ts';

export function describePlan(
  plan: RunPlan,
  nodes: ReadonlyMap<string, PlannedNode>,
  wishes: Wishes,
): readonly string[] {
  const names = NodeSet.from(nodes.keys()).toString();
  return [
    `${levelOf(wishes)} on ${plural(nodes.size, 'node')} (${names}): ${describeSpan(plan)}`,
    ...(wishes.engines.length > 0 ? [] : [`proves: ${levels[wishes.level].proves}`]),
    ...longerThanLevel(plan, nodes, wishes),
    ...plan.phases.map((phase) => `  ${phase.name.padEnd(14)} ${describePhase(phase, nodes, wishes)}`),
    ...plan.left.map((line) => `left out: ${line}`),
    ...describeMemory(nodes, wishes),
    'nothing on the nodes is changed; each will be at full load, with that memory taken',
  ];
}

function describeSpan({ phases }: RunPlan): string {
  const [seconds, most] = [plannedSeconds(phases), longestSeconds(phases)];
  if (seconds === null) return 'until it is stopped';
  const span = formatDuration(seconds * 1000);
  return most === null
    ? `${span}, and more until its passes are done`
    : `${span}, at most ${formatDuration(most * 1000)}`;
}

/** A level holds a whole pass of each march: where the slowest node needs longer than the level for them, the promise is longer. */
function longerThanLevel(
  { phases }: RunPlan,
  nodes: ReadonlyMap<string, PlannedNode>,
  wishes: Wishes,
): readonly string[] {
  const promised = levels[wishes.level].seconds;
  const most = longestSeconds(phases);
  if (levelOf(wishes) === 'custom' || most === null || most <= promised) return [];
  const rate = ([, { capacity, speed }]: [string, PlannedNode]) =>
    bytesToTest(capacity, wishes.memory, wishes.reserveBytes) / speed.bytesPerSecond;
  const [slowest] = [...nodes].toSorted((one, other) => rate(other) - rate(one));
  return [
    `longer than the ${formatDuration(promised * 1000)} of ${wishes.level}: a pass over the memory of ${slowest?.[0]} takes so long; less of it with --memory`,
  ];
}

function describePhase(phase: Phase, nodes: ReadonlyMap<string, PlannedNode>, wishes: Wishes): string {
  const { driver, seconds, passes, memory } = phase;
  const span = seconds === null ? '' : formatDuration(seconds * 1000);
  switch (driver) {
    case 'march':
    case 'mixed': {
      const backgrounds = Number(phase.arguments[phase.arguments.indexOf('--backgrounds') + 1] ?? 7);
      const slowest = Math.max(
        1,
        ...[...nodes.values()].map(({ capacity, speed }) =>
          passSeconds(bytesToTest(capacity, wishes.memory, wishes.reserveBytes), backgrounds, speed),
        ),
      );
      const count = passes ?? Math.max(1, Math.floor((seconds ?? 0) / slowest));
      const beside = driver === 'mixed' ? ', floating-point load beside it' : '';
      const times = passes === null ? `about ${count} or more passes` : plural(count, 'pass', 'passes');
      return `${span}, ${memory} of the free memory, march C- with ${plural(backgrounds, 'background')}, ${times}${beside}`;
    }
    case 'stream':
      return `about ${span}, bandwidth (a variant of STREAM), plain and non-temporal stores`;
    case 'official':
      return `about ${span}, your own stream.c`;
    case 'memtester':
      return `${span === '' ? 'until it is done' : span}, ${memory} of the free memory, one process a core${passes === null ? '' : `, ${plural(passes, 'loop')}`}`;
    case 'stressapptest':
      return `${span}, ${memory} of the free memory, copies by all cores`;
    default:
      return driver satisfies never;
  }
}

/** Nodes with as much memory and the same share of it are told together. */
function describeMemory(nodes: ReadonlyMap<string, PlannedNode>, wishes: Wishes): readonly string[] {
  const alike = Map.groupBy(nodes, ([, { capacity, speed }]) => {
    const bytes = bytesToTest(capacity, wishes.memory, wishes.reserveBytes);
    const percent = Math.round((100 * bytes) / capacity.totalBytes);
    const rounded = formatBytes(Math.round(bytes / 2 ** 28) * 2 ** 28 || bytes);
    const rate = `${Math.round(speed.bytesPerSecond / 1e9)} GB/s ${speed.kind}`;
    return `${rounded} of ${formatBytes(capacity.totalBytes)} (${percent} %), ${capacity.cores} cores, ${rate}`;
  });
  return [...alike].map(
    ([what, group]) => `memory: ${what}: ${NodeSet.from(group.map(([node]) => node)).toString()}`,
  );
}
