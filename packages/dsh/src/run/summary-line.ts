// The last line of a run: how many did what, with folded node sets. Pure; colours by parameter.
import type { Theme } from '@heorot/cli';
import { formatDuration } from '@heorot/cli';
import type { NodeResult, RunSummary } from '@heorot/fanout';
import { headOf, mayStillRun, outcomeKey, reasonOf } from './outcome-text.ts';

export interface SummaryStyle {
  readonly theme: Theme;
  readonly fold: (nodes: readonly string[]) => string;
}

const mostGroups = 8;
const longestSet = 160;
/** Longer reasons stand in full with their nodes, above. */
const longestReason = 100;

/** @example `63 of 64 ok in 1.2 s · exit 1: n[3,7] · unreachable: n9 (connection refused)` */
export function summaryLine(summary: RunSummary, style: SummaryStyle): string {
  const good = summary.results.filter(({ outcome }) => outcome.kind === 'ok').length;
  const total = summary.results.length;
  const count = total === 1 && good === 1 ? '1 ok' : `${good} of ${total} ok`;
  const parts = [
    `${(good === total ? style.theme.good : style.theme.strong)(count)} in ${formatDuration(summary.elapsedMs)}`,
  ];
  const groups = groupByOutcome(summary.results);
  for (const group of groups.slice(0, mostGroups)) parts.push(describeGroup(group, style));
  if (groups.length > mostGroups) {
    const rest = groups.slice(mostGroups).reduce((sum, { nodes }) => sum + nodes.length, 0);
    parts.push(`${rest} more in ${groups.length - mostGroups} other ways`);
  }
  const left = summary.results.filter(({ outcome }) => mayStillRun(outcome)).map(({ node }) => node);
  if (left.length > 0) parts.push(`${style.theme.bad('may still run')}: ${shortened(left, style)}`);
  const { stopped } = summary;
  if (stopped !== undefined && !groups.some(({ reasons }) => reasons.has(stopped))) {
    parts.push(style.theme.warning(`stopped: ${stopped}`));
  }
  return parts.join(' · ');
}

interface OutcomeGroup {
  readonly key: string;
  /** What the reasons have in common. */
  readonly head: string;
  readonly reasons: Set<string>;
  readonly nodes: string[];
}

function groupByOutcome(results: readonly NodeResult[]): OutcomeGroup[] {
  const groups = new Map<string, OutcomeGroup>();
  for (const { node, outcome } of results) {
    if (outcome.kind === 'ok') continue;
    const key = outcomeKey(outcome);
    const reason = reasonOf(outcome);
    const head = headOf(reason ?? '', node);
    const group = groups.get(`${key} ${head}`) ?? { key, head, reasons: new Set(), nodes: [] };
    group.nodes.push(node);
    if (reason !== undefined) group.reasons.add(reason);
    groups.set(`${key} ${head}`, group);
  }
  return [...groups.values()].toSorted((a, b) => b.nodes.length - a.nodes.length);
}

function describeGroup({ key, head, reasons, nodes }: OutcomeGroup, style: SummaryStyle): string {
  const { theme } = style;
  const shown = shortened(nodes, style);
  const coloured = key === 'skipped' || key === 'cancelled' ? theme.warning : theme.bad;
  const [reason] = reasons;
  const wholeFits = reasons.size === 1 && reason !== undefined && reason.length <= longestReason;
  const said = wholeFits ? reason : head;
  const short = said.length <= longestReason ? said : `${said.slice(0, longestReason)}…`;
  const why = reason === undefined ? '' : ` (${short})`;
  return `${coloured(key)}: ${shown}${why}`;
}

function shortened(nodes: readonly string[], { fold }: SummaryStyle): string {
  const folded = fold(nodes);
  return folded.length <= longestSet ? folded : `${folded.slice(0, longestSet)}… (${nodes.length} nodes)`;
}
