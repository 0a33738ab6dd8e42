// The links that are not well, the worst first: what is wrong, why it is thought so, and what to check.
import { wrap } from '@heorot/cli';
import type { CellBuffer } from '../screen/cell-buffer.ts';
import { attribute, ink } from '../screen/style.ts';
import type { Finding } from '../sick-links/finding.ts';
import { type Body, firstShown } from './body.ts';
import type { Scene } from './scene.ts';
import { filteredNodes } from './table-rows.ts';

const indent = 6;
const severe = 80;
const serious = 50;

export function drawSickLinks(frame: CellBuffer, body: Body, scene: Scene): void {
  const findings = shownFindings(scene);
  if (findings.length === 0) {
    frame.put(body.row, 0, nothingFound(scene), attribute.dim);
    return;
  }
  const lines = findings.flatMap((finding) => linesOf(finding, body.columns, scene));
  const chosen = lines.findIndex(({ key }) => key === scene.view.cursor);
  const first = firstShown(scene.view.top, body.rows, lines.length, chosen);
  for (const [at, { text, style, key, mark }] of lines.slice(first, first + body.rows).entries()) {
    const row = body.row + at;
    frame.put(row, 0, mark, style);
    frame.put(row, mark === '' ? indent : mark.length + 1, text, mark === '' ? style : attribute.bold);
    if (mark !== '' && key === scene.view.cursor) frame.mark(row, 0, body.columns);
  }
}

/** Of the nodes that the filter lets through. */
export function shownFindings(scene: Scene): readonly Finding[] {
  const nodes = new Set(filteredNodes(scene).map(({ node }) => node));
  return scene.findings.filter(({ node }) => nodes.has(node));
}

/** What the cursor points at. */
export function findingKey({ node, link, kind }: Finding): string {
  return `${node} ${link ?? ''} ${kind}`;
}

interface Line {
  readonly key: string;
  /** The severity, on the first line of a finding. */
  readonly mark: string;
  readonly text: string;
  readonly style: number;
}

function linesOf(finding: Finding, columns: number, { glyphs }: Scene): readonly Line[] {
  const { node, link, kind, severity, why, check } = finding;
  const key = findingKey(finding);
  const style = severity >= severe ? ink.bad | attribute.bold : severity >= serious ? ink.warning : 0;
  const width = Math.max(10, columns - indent);
  const paragraph = (text: string, style: number) =>
    wrap(text, width).map((line): Line => ({ key, mark: '', text: line, style }));
  return [
    {
      key,
      mark: String(Math.round(severity)).padStart(5),
      text: `${node} ${link ?? ''} ${glyphs.separator} ${kind.replaceAll('-', ' ')}`,
      style,
    },
    ...paragraph(why, 0),
    ...paragraph(`check: ${check}`, attribute.dim),
  ];
}

function nothingFound({ nodes, view }: Scene): string {
  if (view.filter.text !== '') return 'no link of these nodes is found sick';
  const known = nodes.filter(({ sample }) => sample !== undefined).length;
  return known === 0 ? 'nothing is known of any link yet' : `no link of ${known} nodes is found sick`;
}
