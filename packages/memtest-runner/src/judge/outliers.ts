// Which nodes of a group are slow. Nodes are comparable when processor, DIMM population, BIOS and kernel are the same.
import { findTwoClusters, type RobustScale, robustScale, robustZ, type TwoClusters } from './statistics.ts';

/** One node's repeated measurements of one thing, more is better (bytes per second). */
export interface Measured {
  readonly node: string;
  /** What must be equal to compare, such as `EPYC 7763|16x32G-3200|2.4|6.1.0`. */
  readonly group: string;
  readonly values: readonly number[];
  /** Best values of earlier runs of this node. */
  readonly history: readonly number[];
}

export interface Slow {
  readonly node: string;
  readonly value: number;
  /** Median of what it was compared with. */
  readonly reference: number;
  /** 0.04: four per cent below the reference. */
  readonly below: number;
  readonly z: number;
  readonly against: 'group' | 'history';
}

/** What was slow: `triad, plain, 64 threads`. */
export interface MeasuredSlow extends Slow {
  readonly measurement: string;
}

export interface GroupJudgement {
  readonly group: string;
  readonly nodes: number;
  readonly median: number;
  /** What lies below is slow; null where nodes are compared with their own past. */
  readonly limit: number | null;
  readonly slow: readonly Slow[];
  readonly twoClusters: TwoClusters | null;
  /** Nodes that could be compared with nothing: too few in the group, no history. */
  readonly unjudged: readonly string[];
}

/** Fewer nodes than this have no median worth the name. */
const LEAST_GROUP = 5;
const LEAST_HISTORY = 5;
const Z_LIMIT = 4;
const SHARE_LIMIT = 0.02;

/**
 * The best of a node's values (of three, say: a disturbed run is only ever slower) is an outlier when it lies more than four robust
 * sigmas **and** more than 2 % below the median. The z alone finds every hair in a quiet group, the share alone nothing.
 */
export function judgeSpeed(measured: readonly Measured[]): readonly GroupJudgement[] {
  const usable = measured.filter(({ values }) => values.length > 0);
  const groups = Map.groupBy(usable, ({ group }) => group);
  return [...groups].map(([group, members]) => judgeGroup(group, members));
}

function judgeGroup(group: string, members: readonly Measured[]): GroupJudgement {
  const best = members.map((member) => Math.max(...member.values));
  const scale = robustScale(best);
  const large = members.length >= LEAST_GROUP;
  const comparable = (member: Measured): boolean => large || member.history.length >= LEAST_HISTORY;
  return {
    group,
    nodes: members.length,
    median: scale.median,
    limit: large ? Math.min(scale.median - Z_LIMIT * scale.sigma, scale.median * (1 - SHARE_LIMIT)) : null,
    slow: members.flatMap((member) => {
      if (!comparable(member)) return [];
      const slow = large
        ? compare(member, scale, 'group')
        : compare(member, robustScale(member.history), 'history');
      return slow === null ? [] : [slow];
    }),
    twoClusters: large ? findTwoClusters(best) : null,
    unjudged: members.filter((member) => !comparable(member)).map(({ node }) => node),
  };
}

function compare({ node, values }: Measured, scale: RobustScale, against: Slow['against']): Slow | null {
  const value = Math.max(...values);
  const z = robustZ(value, scale);
  const below = 1 - value / scale.median;
  return z < -Z_LIMIT && below > SHARE_LIMIT
    ? { node, value, reference: scale.median, below, z, against }
    : null;
}
