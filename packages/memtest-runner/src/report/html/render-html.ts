// The report of a run as one HTML file: no script, nothing fetched, to be mailed, archived and printed.
import { NodeSet } from '@heorot/inventory';
import { verdicts } from '../../judge/verdict.ts';
import type { NodeResult, PlannedPhase, RunResult } from '../../model/run-result.ts';
import { coverageLine, durationOf, momentOf, titleOf } from '../describe.ts';
import { type GroupValues, groupValues } from '../group-values.ts';
import type { ReportData } from '../report-data.ts';
import { scalingCurves, scalingVariants } from '../svg/scaling-curves.ts';
import { stripPlot } from '../svg/strip-plot.ts';
import { timeline } from '../svg/timeline.ts';
import { commonCause, describeTwoClusters } from '../two-clusters.ts';
import { eccTable } from './ecc-table.ts';
import { type Markup, markup } from './markup.ts';
import { passedTable, suspectDetails } from './node-details.ts';
import { style } from './style.ts';
import { trendSection } from './trend-section.ts';
import { verdictMatrix } from './verdict-matrix.ts';

export function renderHtml({ run, trend, now }: ReportData): string {
  const { nodes } = run;
  const page = markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Burn-in ${titleOf(run)}</title><style>${{ kind: 'markup', text: style } as const}</style></head><body>
<h1>Burn-in ${run.name ?? run.id}</h1>
<p class="note">${[run.cluster, `level ${run.level}`, `${nodes.length} nodes`, momentOf(run.startedAt), durationOf(run)].filter((part) => part !== null).join(', ')}</p>
${headline(run)}
<h2>Verdicts</h2>${verdictMatrix(nodes)}
${suspects(nodes)}
<h2>Bandwidth</h2>${bandwidth(run)}
${scaling(nodes)}
<h2>ECC errors by slot</h2>${eccTable(nodes)}
<h2>Timeline</h2><div class="scroll">${timeline(run)}</div>
<h2>Earlier runs of the same machines</h2>${trendSection(trend)}
<h2>What ran</h2>${plan(run)}
<h2>Passed</h2>${passedTable(nodes)}
<p class="note">Run ${run.id}. Written by memtest-runner at ${new Date(now).toISOString()}. Unknown means that the node does not tell, not that it is zero.</p>
</body></html>
`;
  return page.text;
}

function headline({ nodes, suspects: set }: RunResult): Markup {
  const passed = nodes.filter(({ verdict }) => verdict === 'pass').length;
  const line = coverageLine(nodes);
  const coverage = line === '' ? '' : ` Tested: ${line}.`;
  if (set === '') return markup`<p class="headline"><b>All ${passed} nodes passed.</b>${coverage}</p>`;
  return markup`<p class="headline"><b>${passed} of ${nodes.length} nodes passed.</b> Suspect: <code>${set}</code>${coverage}</p>`;
}

function suspects(nodes: readonly NodeResult[]): Markup {
  const sets = verdicts
    .filter((verdict) => verdict !== 'pass')
    .map((verdict) => ({ verdict, members: nodes.filter((node) => node.verdict === verdict) }))
    .filter(({ members }) => members.length > 0);
  if (sets.length === 0) return markup``;
  const lines = sets.map(
    ({ verdict, members }) =>
      markup`<tr><td>${verdict}</td><td class="n">${members.length}</td><td><code>${NodeSet.from(members.map(({ node }) => node)).toString()}</code></td></tr>`,
  );
  return markup`<h2>What did not pass</h2><table class="sets"><tbody>${lines}</tbody></table>${suspectDetails(nodes)}`;
}

function bandwidth(run: RunResult): Markup {
  const groups = groupValues(run);
  if (groups.length === 0) return markup`<p>Not measured in this run.</p>`;
  return markup`<p class="note">Best trial of each node. A node is slow when it lies below the limit: more than four robust sigmas and more than 2 % under the median of nodes that are made alike. Kernels called plain and non-temporal are a variant of STREAM, not STREAM.</p>${groups.map(groupPlot)}`;
}

function groupPlot(values: GroupValues): Markup {
  const { group } = values;
  const { measurement, slow, unjudged } = group;
  const clusters = describeTwoClusters(values);
  const slowest = slow.toSorted((a, b) => a.value - b.value);
  const notes = [
    ...(slowest.length === 0
      ? []
      : [
          `Slow: ${slowest
            .slice(0, 12)
            .map(({ node, below }) => `${node} (${(100 * below).toFixed(1)} % below)`)
            .join(', ')}${slowest.length > 12 ? ` and ${slowest.length - 12} more` : ''}.`,
        ]),
    ...(clusters === null ? [] : [`${upperFirst(clusters)}. ${upperFirst(commonCause)}.`]),
    ...(unjudged.length === 0
      ? []
      : [
          `Not judged, as there are too few alike and no five earlier runs: ${NodeSet.from(unjudged).toString()}.`,
        ]),
  ];
  return markup`<h3>${measurement}</h3><p class="note">${group.group}</p><div class="fit">${stripPlot(values)}</div>${notes.map((note) => markup`<p>${note}</p>`)}`;
}

function scaling(nodes: readonly NodeResult[]): Markup {
  const variants = scalingVariants(nodes);
  if (variants.length === 0) return markup``;
  return markup`<h2>Scaling with threads</h2>${variants.map((variant) => markup`<h3>triad, ${variant}</h3><div class="fit">${scalingCurves(nodes, variant)}</div>`)}`;
}

function plan({ plan: phases, programs }: RunResult): Markup {
  return markup`<div class="wide"><table><thead><tr><th>Phase</th><th>Engine</th><th>Asked for</th><th>Flags</th></tr></thead><tbody>${phases.map(
    (phase) =>
      markup`<tr><td>${phase.phase}</td><td>${phase.engine}</td><td>${askedFor(phase)}</td><td class="m">${phase.flags.join(' ')}</td></tr>`,
  )}</tbody></table></div>
<div class="wide"><table><thead><tr><th>Program</th><th>Version</th><th>Built with</th><th>SHA-256</th></tr></thead><tbody>${programs.map(
    ({ engine, architecture, version, build, sha256 }) =>
      markup`<tr><td>${engine} ${architecture}</td><td>${version}</td><td class="m">${build ?? 'of the distribution'}</td><td class="m">${sha256 ?? 'unknown'}</td></tr>`,
  )}</tbody></table></div>`;
}

function askedFor({ memory, seconds, passes }: PlannedPhase): string {
  return [
    ...(memory === null ? [] : [memory]),
    ...(passes === null ? [] : [`${passes} passes`]),
    ...(seconds === null ? [] : [`${seconds} s`]),
  ].join(', ');
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
