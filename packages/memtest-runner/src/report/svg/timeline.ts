// What each node did when: one row a node that did not pass, and one for all that went through the phases alike.
import type { NodeResult, PhaseSpan, RunResult } from '../../model/run-result.ts';
import { type Markup, markup } from '../html/markup.ts';
import { scaleOf } from './scale.ts';

const width = 720;
const left = 130;
const right = width - 16;
const rowHeight = 18;
/** A timeline longer than a few screens is not read. */
const mostRows = 60;

interface Row {
  readonly name: string;
  readonly spans: readonly PhaseSpan[];
}

export function timeline({ nodes }: RunResult): Markup {
  const suspects = nodes.filter(({ verdict }) => verdict !== 'pass');
  const passed = nodes.filter(({ verdict }) => verdict === 'pass');
  const rows = [
    ...suspects.slice(0, mostRows).map(({ node, timeline: spans }) => ({ name: node, spans })),
    ...(passed.length === 0 ? [] : [typical(passed)]),
  ];
  const phases = [...new Set(rows.flatMap(({ spans }) => spans.map(({ phase }) => phase)))];
  const ends = rows.flatMap(({ spans }) =>
    spans.map(({ startSeconds, endSeconds }) => endSeconds ?? startSeconds),
  );
  const longest = Math.max(1, ...ends);
  const unit = unitOf(longest);
  const time = scaleOf([0, longest / unit.seconds], left, right, 8);
  const height = rows.length * rowHeight + 44;
  const hidden = suspects.length - Math.min(suspects.length, mostRows);
  return markup`<p class="legend">${phases.map((phase, at) => markup`<span><i class="p${at % 6}"></i>${phase}</span>`)}</p>
<svg class="plot" viewBox="0 0 ${width} ${height}" role="img" aria-label="timeline of ${rows.length} rows">
${rows.map(({ name, spans }, at) => {
  const y = at * rowHeight + 4;
  return markup`<text class="label" x="${left - 8}" y="${y + 11}" text-anchor="end">${shortened(name)}<title>${name}</title></text>${spans.map((span) => bar(span, y, phases.indexOf(span.phase), (seconds) => time.at(seconds / unit.seconds), longest))}`;
})}
${time.ticks.map((tick) => markup`<text class="label" x="${time.at(tick)}" y="${height - 22}" text-anchor="middle">${Number(tick.toFixed(2))}</text>`)}
<text class="label" x="${right}" y="${height - 4}" text-anchor="end">${unit.name} since the start on the node</text>
</svg>${hidden === 0 ? '' : markup`<p class="note">${hidden} more nodes that did not pass are not drawn.</p>`}`;
}

function bar(
  { phase, startSeconds, endSeconds, ending, position }: PhaseSpan,
  y: number,
  colour: number,
  at: (seconds: number) => number,
  longest: number,
): Markup {
  const from = at(startSeconds);
  const to = at(endSeconds ?? longest);
  const where = position === null ? '' : `, ${position}`;
  const title = `${phase}: ${ending}${ending === 'complete' ? '' : where}`;
  const end =
    ending === 'crashed'
      ? markup`<path class="crash" d="M${to - 4},${y + 3}l8,8m0,-8l-8,8"><title>${title}</title></path>`
      : '';
  const width = Math.max(1, Math.round((to - from) * 10) / 10);
  return markup`<rect class="p${colour % 6}${ending === 'complete' ? '' : ' open'}" x="${from}" y="${y}" width="${width}" height="${rowHeight - 4}" rx="2"><title>${title}</title></rect>${end}`;
}

/** The one in the middle, by the end of its last phase: a mean would be a node that never was. */
function typical(passed: readonly NodeResult[]): Row {
  const endOf = ({ timeline: spans }: NodeResult): number => spans.at(-1)?.endSeconds ?? 0;
  const sorted = passed.toSorted((a, b) => endOf(a) - endOf(b));
  const middle = sorted[Math.floor(sorted.length / 2)];
  const name = passed.length === 1 ? (middle?.node ?? '') : `${passed.length} that passed`;
  return { name, spans: middle?.timeline ?? [] };
}

function unitOf(seconds: number): { readonly name: string; readonly seconds: number } {
  if (seconds < 180) return { name: 'seconds', seconds: 1 };
  return seconds < 3 * 3600 ? { name: 'minutes', seconds: 60 } : { name: 'hours', seconds: 3600 };
}

function shortened(name: string): string {
  return name.length > 18 ? `${name.slice(0, 17)}…` : name;
}
