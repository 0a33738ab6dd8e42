// The report of a run for those without a browser: what did not pass, why and what to do; how the groups did.
import { neutralise, type Theme, wrap } from '@heorot/cli';
import { NodeSet } from '@heorot/inventory';
import { type Verdict, verdicts } from '../../judge/verdict.ts';
import type { NodeResult, RunResult } from '../../model/run-result.ts';
import { badMemoryLines, coverageLine, durationOf, momentOf, titleOf } from '../describe.ts';
import { type GroupValues, groupValues } from '../group-values.ts';
import type { ReportData } from '../report-data.ts';
import { gigabytes } from '../svg/scale.ts';
import { commonCause, describeTwoClusters } from '../two-clusters.ts';
import { verdictClass } from '../verdict-class.ts';
import { histogram } from './histogram.ts';

export interface TerminalLayout {
  readonly width: number;
  readonly theme: Theme;
}

/** Lines, each with its newline; what nodes said can do nothing to a terminal. */
export function renderTerminal({ run }: ReportData, layout: TerminalLayout): string {
  const lines = [
    ...header(run, layout.theme),
    '',
    ...verdictLines(run.nodes, layout.theme),
    ...testedLines(run.nodes),
    ...suspectLines(run.nodes, layout),
    ...groupValues(run).flatMap((each) => [
      '',
      ...groupLines(each, layout),
      ...(each.values.length < 5
        ? []
        : [
            histogram(
              each.values.map(({ value }) => value),
              each.group.limit,
              layout,
            ),
          ]),
    ]),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function header(run: RunResult, theme: Theme): readonly string[] {
  const about = [run.cluster, `level ${run.level}`, momentOf(run.startedAt), durationOf(run)];
  return [
    theme.strong(tame(`burn-in ${titleOf(run)}`)),
    theme.dim(tame(about.filter((part) => part !== null).join(', '))),
  ];
}

function verdictLines(nodes: readonly NodeResult[], theme: Theme): readonly string[] {
  const seen = verdicts
    .toReversed()
    .map((verdict) => ({ verdict, members: nodes.filter((node) => node.verdict === verdict) }))
    .filter(({ members }) => members.length > 0);
  return seen.map(({ verdict, members }) => {
    const set = NodeSet.from(members.map(({ node }) => node)).toString();
    return `${styleOf(verdict, theme)(verdict.padEnd(14))}${String(members.length).padStart(5)}  ${set}`;
  });
}

function testedLines(nodes: readonly NodeResult[]): readonly string[] {
  const line = coverageLine(nodes);
  return line === '' ? [] : [`tested: ${line}`];
}

function styleOf(verdict: Verdict, theme: Theme): (text: string) => string {
  const kind = verdictClass(verdict);
  return kind === 'good' ? theme.good : kind === 'weak' ? theme.warning : theme.bad;
}

/** Nodes of which exactly the same is to be said are said together. */
function suspectLines(nodes: readonly NodeResult[], { width, theme }: TerminalLayout): readonly string[] {
  const said = nodes
    .filter(({ verdict }) => verdict !== 'pass')
    .map((node) => ({ node, text: reasonLines(node, width).join('\n') }));
  return [...Map.groupBy(said, ({ text }) => text)].flatMap(([text, members]) => {
    const set = NodeSet.from(members.map(({ node }) => node.node)).toString();
    const verdict = members[0]?.node.verdict ?? 'pass';
    return ['', `${theme.node(set)}: ${styleOf(verdict, theme)(verdict)}`, ...text.split('\n')];
  });
}

function reasonLines(node: NodeResult, width: number): readonly string[] {
  const indented = (text: string): readonly string[] =>
    wrap(tame(text), width - 2).map((line) => `  ${line}`);
  return [
    ...node.reasons.flatMap(({ text, next }) => [...indented(text), ...indented(`next: ${next}`)]),
    ...badMemoryLines(node).map((line) => `  ${line}`),
  ];
}

function groupLines(values: GroupValues, { width, theme }: TerminalLayout): readonly string[] {
  const { group } = values;
  const { measurement, nodes, median, limit, unjudged } = group;
  const clusters = describeTwoClusters(values);
  const limits = limit === null ? 'too few to compare with each other' : `slow below ${gigabytes(limit)}`;
  return [
    `${theme.strong(measurement)}: ${nodes} nodes, median ${gigabytes(median)} GB/s, ${limits}`,
    ...wrap(tame(group.group), width).map(theme.dim),
    ...(clusters === null ? [] : wrap(`${clusters}: ${commonCause}`, width).map(theme.warning)),
    ...(unjudged.length === 0 ? [] : [`not judged: ${NodeSet.from(unjudged).toString()}`]),
  ];
}

function tame(text: string): string {
  return new TextDecoder().decode(neutralise(Buffer.from(text.replaceAll(/[\r\n\t]+/g, ' '))));
}
