// Everything about the nodes that did not pass: reasons, next steps, wrong words, counters, kernel lines. Those that passed get a
// line each.
import type { Finding } from '../../model/engine-report.ts';
import type { EngineResult, NodeResult } from '../../model/run-result.ts';
import { badMemoryLines, coverageOf, engineLine, evidenceLines, factsLine, percent } from '../describe.ts';
import { verdictClass } from '../verdict-class.ts';
import { type Markup, markup } from './markup.ts';
import { anchorOf } from './verdict-matrix.ts';

/** One node with a dead DIMM must not be the whole report; the JSON document has them all. */
const mostFindings = 24;
const mostKernelLines = 12;
/** In a hall without power all thousand are lost: from here on a line each is enough. */
const mostDetailed = 250;

export function suspectDetails(nodes: readonly NodeResult[]): Markup {
  const suspects = nodes.filter(({ verdict }) => verdict !== 'pass');
  return markup`${suspects.map((node, at) => (at < mostDetailed ? details(node) : brief(node)))}`;
}

function brief(node: NodeResult): Markup {
  return markup`<p id="${anchorOf(node.node)}">${badge(node)} <b>${node.node}</b> ${node.reasons[0]?.text ?? ''}</p>`;
}

function badge({ verdict }: NodeResult): Markup {
  return markup`<span class="badge ${verdictClass(verdict)}">${verdict}</span>`;
}

function details(node: NodeResult): Markup {
  const { reasons, engines, evidence, facts } = node;
  const found = engines.filter(({ findings }) => findings.length > 0);
  const badLines = badMemoryLines(node);
  return markup`<section class="node" id="${anchorOf(node.node)}"><h3>${node.node} ${badge(node)}</h3>
<ul class="reasons">${reasons.map(({ text, next }) => markup`<li>${text}<br><b>Next:</b> ${next}</li>`)}</ul>
<p class="facts">${factsLine(facts)}${node.rack === null ? '' : `, ${node.rack}`}</p>
<details><summary>Engines, counters${found.length > 0 ? ', wrong words' : ''}${(evidence.kernelLog?.lines.length ?? 0) > 0 ? ', kernel log' : ''}</summary>
<ul>${engines.map((engine) => markup`<li>${engineLine(engine)} <span class="note">${engine.variant}, ${engine.ending}</span></li>`)}</ul>
<dl>${evidenceLines(evidence).map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
${found.map(findingTable)}
${badLines.length === 0 ? '' : markup`<p>Keep Linux away from these pages until the DIMM is replaced:</p><pre>${badLines.join('\n')}</pre>`}
${kernelLines(node)}
${bootIds(node)}
</details></section>`;
}

function findingTable({ engine, findings, findingCount }: EngineResult): Markup {
  const more = findingCount - Math.min(findings.length, mostFindings);
  return markup`<div class="wide"><table><thead><tr><th>${engine}: test</th><th>Address</th><th>Expected</th><th>Read</th><th>Bits</th><th>CPU wrote, read</th><th>Blame</th></tr></thead>
<tbody>${findings.slice(0, mostFindings).map(findingRow)}</tbody></table></div>${more > 0 ? markup`<p class="note">and ${more} more</p>` : ''}`;
}

function findingRow(finding: Finding): Markup {
  const { test, address, addressKind, physicalAddress, expected, actual, xor, cpuWrote, cpuRead, blame } =
    finding;
  const kind = addressKind === 'symptom' ? 'where it showed, not where it is' : addressKind;
  const place = physicalAddress ?? `${address} (${kind})`;
  return markup`<tr><td>${test}</td><td class="m">${place}</td><td class="m">${expected ?? '?'}</td><td class="m">${actual ?? '?'}</td><td class="m">${xor ?? '?'}</td><td>${cpuWrote ?? '?'}, ${cpuRead ?? '?'}</td><td>${blame ?? '?'}</td></tr>`;
}

function kernelLines({ evidence }: NodeResult): Markup {
  const { kernelLog, eventLog } = evidence;
  const lines = [
    ...(kernelLog?.lines ?? []).slice(0, mostKernelLines),
    ...(eventLog ?? []).slice(0, mostKernelLines),
  ];
  if (lines.length === 0) return markup``;
  const all = (kernelLog?.lineCount ?? 0) + (eventLog?.length ?? 0);
  return markup`<pre>${lines.join('\n')}</pre>${all > lines.length ? markup`<p class="note">and ${all - lines.length} more lines</p>` : ''}`;
}

function bootIds({ bootIds: ids }: NodeResult): Markup {
  return ids.length > 1 ? markup`<p class="note">Boot ids: ${ids.join(', ')}</p>` : markup``;
}

/** One line a node: what was tested, how much of it, how fast. */
export function passedTable(nodes: readonly NodeResult[]): Markup {
  const passed = nodes.filter(({ verdict }) => verdict === 'pass');
  if (passed.length === 0) return markup`<p>None.</p>`;
  return markup`<details><summary>${passed.length} nodes</summary><div class="wide"><table><thead><tr><th>Node</th><th>Serial</th><th class="n">Coverage</th><th>Tested</th></tr></thead>
<tbody>${passed.map(
    (node) =>
      markup`<tr><td>${node.node}</td><td>${node.facts.serial ?? 'unknown'}</td><td class="n">${percent(coverageOf(node))}</td><td>${node.engines.map(engineLine).join('; ')}</td></tr>`,
  )}</tbody></table></div></details>`;
}
