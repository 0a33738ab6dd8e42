// A run under way in a few lines, for four nodes as for ten thousand: phases, speed, coverage, findings, what is left.
import { formatDuration, type Theme } from '@heorot/cli';
import { NodeSet } from '@heorot/inventory';
import type { NodeView } from './node-view.ts';

export interface StatusFacts {
  readonly title: string;
  /** By the plan; null: it has no end of its own. */
  readonly plannedSeconds: number | null;
  readonly phases: number;
}

/** At most six lines. */
export function statusLines(
  views: ReadonlyMap<string, NodeView>,
  { title, plannedSeconds, phases }: StatusFacts,
  theme: Theme,
): readonly string[] {
  const all = [...views];
  const running = all.filter(([, view]) => view.state === 'running');
  const longest = Math.max(0, ...all.map(([, view]) => view.seconds));
  const left =
    plannedSeconds === null
      ? ''
      : ` · about ${formatDuration(Math.max(0, plannedSeconds - longest) * 1000)} left`;
  const found = all.filter(([, view]) => view.findings > 0);
  const lost = all.filter(([, view]) => view.state === 'unreachable').map(([node]) => node);
  const late = all.filter(([, view]) => Math.abs(view.clockOffset) > 60).map(([node]) => node);
  return [
    `${theme.strong(title)} · ${seconds(longest)}${left}`,
    `phases: ${phaseCounts(all)} (of ${phases})`,
    ...speedLine(running),
    found.length === 0
      ? 'findings: none'
      : theme.bad(
          `findings: ${sum(found.map(([, view]) => view.findings))} on ${NodeSet.from(found.map(([node]) => node)).toString()}`,
        ),
    ...(lost.length === 0 ? [] : [theme.warning(`not reachable: ${NodeSet.from(lost).toString()}`)]),
    ...(late.length === 0 ? [] : [theme.warning(`clock is wrong: ${NodeSet.from(late).toString()}`)]),
  ];
}

/** `march 12 · stream 3 · over 1`, in the order of their size. */
function phaseCounts(all: readonly (readonly [string, NodeView])[]): string {
  const word = ({ state, phase }: NodeView) => {
    if (state === 'over' || state === 'waiting') return state;
    return phase === '-' ? 'between' : phase;
  };
  const groups = Map.groupBy(all, ([, view]) => word(view));
  return [...groups]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([phase, nodes]) => `${phase} ${nodes.length}`)
    .join(' · ');
}

function speedLine(running: readonly (readonly [string, NodeView])[]): readonly string[] {
  const moving = running.filter(([, view]) => view.bytesPerSecond > 0);
  if (moving.length === 0) return [];
  const rates = moving.map(([, view]) => view.bytesPerSecond).toSorted((a, b) => a - b);
  const slowest = moving.find(([, view]) => view.bytesPerSecond === rates[0])?.[0] ?? '';
  const median = rates[Math.floor(rates.length / 2)] ?? 0;
  const share =
    (100 * sum(moving.map(([, view]) => view.bytes))) /
    Math.max(1, sum(moving.map(([, view]) => view.totalBytes)));
  const passes = moving.map(([, view]) => view.passes);
  const [fewest, most] = [Math.min(...passes), Math.max(...passes)];
  return [
    `speed: ${gigabytes(median)} a node, slowest ${slowest} ${gigabytes(rates[0] ?? 0)} · ${gigabytes(sum(rates))} in all`,
    `coverage: ${share.toFixed(share < 10 ? 1 : 0)} % of their memory under test · passes ${fewest === most ? fewest : `${fewest} to ${most}`}`,
  ];
}

const gigabytes = (rate: number) => `${(rate / 1e9).toFixed(1)} GB/s`;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const seconds = (span: number) => formatDuration(Math.floor(span) * 1000);
