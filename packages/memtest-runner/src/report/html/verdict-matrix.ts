// All nodes at a glance, rack by rack: colour and letter tell the verdict.
import type { Verdict } from '../../judge/verdict.ts';
import { verdicts } from '../../judge/verdict.ts';
import type { NodeResult } from '../../model/run-result.ts';
import { verdictClass, verdictLetter } from '../verdict-class.ts';
import { type Markup, markup } from './markup.ts';

export function verdictMatrix(nodes: readonly NodeResult[]): Markup {
  const racks = Map.groupBy(nodes, ({ rack }) => rack ?? '');
  const seen = verdicts.filter((verdict) => nodes.some((node) => node.verdict === verdict));
  return markup`<p class="legend">${seen.map((verdict) => legend(verdict, nodes))}</p>
<div class="racks">${[...racks].map(
    ([rack, members]) =>
      markup`<figure>${rack === '' ? '' : markup`<figcaption>${rack}</figcaption>`}<div class="cells">${members.map(cell)}</div></figure>`,
  )}</div>`;
}

function legend(verdict: Verdict, nodes: readonly NodeResult[]): Markup {
  const count = nodes.filter((node) => node.verdict === verdict).length;
  return markup`<span><i class="${verdictClass(verdict)}">${verdictLetter(verdict)}</i>${verdict} ${count}</span>`;
}

function cell({ node, verdict, reasons }: NodeResult): Markup {
  const kind = verdictClass(verdict);
  if (kind === 'good') return markup`<i class="good" title="${node}: pass"></i>`;
  const reason = reasons[0]?.text ?? '';
  return markup`<a href="#${anchorOf(node)}"><i class="${kind}" title="${node}: ${verdict}, ${reason}">${verdictLetter(verdict)}</i></a>`;
}

/** Where the details of a node stand in the page. */
export function anchorOf(node: string): string {
  return `node-${encodeURIComponent(node)}`;
}
