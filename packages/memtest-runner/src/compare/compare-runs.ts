// What changed between two runs: verdicts, speeds, and what makes their comparison doubtful. Pure.
import { judgedBandwidths, measurementOf } from '../judge/judge-bandwidth.ts';
import { median } from '../judge/statistics.ts';
import { type Verdict, verdicts } from '../judge/verdict.ts';
import type { NodeFacts, NodeResult, RunResult } from '../model/run-result.ts';

export interface Comparison {
  /** In the order of the second run. */
  readonly verdicts: readonly VerdictChange[];
  readonly speeds: readonly SpeedChange[];
  readonly measurements: readonly MeasurementChange[];
  readonly onlyBefore: readonly string[];
  readonly onlyAfter: readonly string[];
  /** Differences other than of the memory: programs, flags, BIOS, DIMMs that were moved. */
  readonly caveats: readonly Caveat[];
}

export interface VerdictChange {
  readonly node: string;
  readonly before: Verdict;
  readonly after: Verdict;
  readonly worse: boolean;
}

/** A node whose bandwidth moved by more than {@link NOTABLE}. */
export interface SpeedChange {
  readonly node: string;
  readonly measurement: string;
  readonly before: number;
  readonly after: number;
  /** -0.04: four per cent slower. */
  readonly change: number;
}

export interface MeasurementChange {
  readonly measurement: string;
  readonly nodes: number;
  readonly before: number;
  readonly after: number;
  readonly change: number;
}

export interface Caveat {
  readonly what: string;
  /** Empty: it concerns all of them. */
  readonly nodes: readonly string[];
}

/** Less is what runs of a sound node differ by. */
export const NOTABLE = 0.02;

export function compareRuns(before: RunResult, after: RunResult): Comparison {
  const earlier = new Map(before.nodes.map((node) => [node.node, node]));
  const later = new Set(after.nodes.map(({ node }) => node));
  const pairs = after.nodes.flatMap((now) => {
    const once = earlier.get(now.node);
    return once === undefined ? [] : [{ once, now }];
  });
  const speeds = pairs.flatMap(({ once, now }) => speedChanges(once, now));
  return {
    verdicts: pairs.flatMap(({ once, now }) => verdictChange(once, now)),
    speeds: speeds.filter(({ change }) => Math.abs(change) > NOTABLE).toSorted((a, b) => a.change - b.change),
    measurements: [...Map.groupBy(speeds, ({ measurement }) => measurement)].map(([measurement, all]) => {
      const [once, now] = [median(all.map((each) => each.before)), median(all.map((each) => each.after))];
      return { measurement, nodes: all.length, before: once, after: now, change: now / once - 1 };
    }),
    onlyBefore: [...earlier.keys()].filter((node) => !later.has(node)),
    onlyAfter: [...later].filter((node) => !earlier.has(node)),
    caveats: [...runCaveats(before, after), ...nodeCaveats(pairs)],
  };
}

interface Pair {
  readonly once: NodeResult;
  readonly now: NodeResult;
}

function verdictChange(once: NodeResult, now: NodeResult): readonly VerdictChange[] {
  if (once.verdict === now.verdict) return [];
  const worse = verdicts.indexOf(now.verdict) < verdicts.indexOf(once.verdict);
  return [{ node: now.node, before: once.verdict, after: now.verdict, worse }];
}

function speedChanges(once: NodeResult, now: NodeResult): readonly SpeedChange[] {
  const earlier = new Map(judgedBandwidths(once).map((each) => [measurementOf(each), each.bytesPerSecond]));
  return judgedBandwidths(now).flatMap((each) => {
    const measurement = measurementOf(each);
    const before = earlier.get(measurement);
    if (before === undefined || before === 0) return [];
    const after = each.bytesPerSecond;
    return [{ node: now.node, measurement, before, after, change: after / before - 1 }];
  });
}

function runCaveats(before: RunResult, after: RunResult): readonly Caveat[] {
  const planOf = ({ plan }: RunResult): string => JSON.stringify(plan);
  const programsOf = ({ programs }: RunResult): string => JSON.stringify(programs);
  return [
    ...(before.level === after.level
      ? []
      : [{ what: `level ${before.level}, then ${after.level}`, nodes: [] }]),
    ...(planOf(before) === planOf(after) ? [] : [{ what: 'the phases or their flags differ', nodes: [] }]),
    ...(programsOf(before) === programsOf(after)
      ? []
      : [{ what: 'the programs differ (version, build or hash)', nodes: [] }]),
  ];
}

const facts: readonly (readonly [string, (facts: NodeFacts) => string | null])[] = [
  ['another machine carries the name (serial number)', ({ serial }) => serial],
  ['BIOS', ({ bios }) => bios],
  ['kernel', ({ kernel }) => kernel],
  ['microcode', ({ microcode }) => microcode],
  ['processor', ({ cpuModel }) => cpuModel],
  ['DIMMs (serial numbers by slot)', dimmsOf],
];

function dimmsOf({ dimms }: NodeFacts): string | null {
  return dimms === null ? null : JSON.stringify(dimms.map(({ slot, serial }) => [slot, serial]));
}

/** What is unknown on one side is no difference. */
function nodeCaveats(pairs: readonly Pair[]): readonly Caveat[] {
  return facts.flatMap(([what, read]) => {
    const nodes = pairs
      .filter(({ once, now }) => {
        const [earlier, later] = [read(once.facts), read(now.facts)];
        return earlier !== null && later !== null && earlier !== later;
      })
      .map(({ now }) => now.node);
    return nodes.length === 0 ? [] : [{ what, nodes }];
  });
}
