// Bandwidth over the number of threads, one curve a node: shows how well a machine scales, and which one does not.
import type { Bandwidth, NodeResult } from '../../model/run-result.ts';
import { type Markup, markup } from '../html/markup.ts';
import { gigabytes, scaleOf } from './scale.ts';

const width = 720;
const height = 260;
const left = 44;
const right = width - 90;
const top = 12;
const bottom = height - 34;
/** More names at the right edge than this cannot be read. */
const mostLabels = 8;

interface Curve {
  readonly node: string;
  /** Slow or throttled: other faults say nothing about its curve. */
  readonly suspect: boolean;
  readonly points: readonly Bandwidth[];
}

/** Variants of the triad that were measured with more than one number of threads. */
export function scalingVariants(nodes: readonly NodeResult[]): readonly Bandwidth['variant'][] {
  const variants = new Set(
    nodes
      .flatMap(({ engines }) => engines.flatMap(({ bandwidth }) => bandwidth))
      .map(({ variant }) => variant),
  );
  return [...variants].filter((variant) => nodes.some((node) => curveOf(node, variant).points.length > 1));
}

export function scalingCurves(nodes: readonly NodeResult[], variant: Bandwidth['variant']): Markup {
  const curves = nodes.map((node) => curveOf(node, variant)).filter(({ points }) => points.length > 1);
  const all = curves.flatMap(({ points }) => points);
  const threads = scaleOf([1, ...all.map((point) => point.threads)], left, right, 8);
  const speed = scaleOf([0, ...all.map(({ bytesPerSecond }) => bytesPerSecond)], bottom, top, 5);
  // Suspects last: on top of the others.
  const drawn = curves.toSorted((a, b) => Number(a.suspect) - Number(b.suspect));
  const labelled = curves.filter(({ suspect }) => suspect).slice(0, mostLabels);
  return markup`<svg class="plot" viewBox="0 0 ${width} ${height}" role="img" aria-label="triad, ${variant}, over threads: ${curves.length} nodes">
${speed.ticks.map((tick) => markup`<line class="grid" x1="${left}" x2="${right}" y1="${speed.at(tick)}" y2="${speed.at(tick)}"/><text class="label" x="${left - 6}" y="${speed.at(tick) + 4}" text-anchor="end">${gigabytes(tick, 0)}</text>`)}
${threads.ticks.filter(Number.isInteger).map((tick) => markup`<text class="label" x="${threads.at(tick)}" y="${bottom + 18}" text-anchor="middle">${tick}</text>`)}
<text class="label" x="${right}" y="${height - 2}" text-anchor="end">threads (GB/s upwards)</text>
${drawn.map(
  ({ node, suspect, points }) =>
    markup`<polyline class="${suspect ? 'curve suspect' : 'curve'}" points="${points.map((point) => `${threads.at(point.threads)},${speed.at(point.bytesPerSecond)}`).join(' ')}"><title>${node}</title></polyline>`,
)}
${spread(labelled.map(({ node, points }) => ({ node, y: speed.at(points.at(-1)?.bytesPerSecond ?? 0) }))).map(
  ({ node, y }) => markup`<text class="label strong" x="${right + 6}" y="${y + 4}">${node}</text>`,
)}
</svg>`;
}

function curveOf({ node, reasons, engines }: NodeResult, variant: Bandwidth['variant']): Curve {
  const points = engines
    .flatMap(({ bandwidth }) => bandwidth)
    .filter((each) => each.kernel === 'triad' && each.variant === variant && each.numaNode === null)
    .toSorted((a, b) => a.threads - b.threads);
  return {
    node,
    suspect: reasons.some(({ verdict }) => verdict === 'slow' || verdict === 'throttled'),
    points,
  };
}

/** Names that would stand on each other are moved apart. */
function spread(
  labels: readonly { readonly node: string; readonly y: number }[],
): readonly { readonly node: string; readonly y: number }[] {
  let last = Number.NEGATIVE_INFINITY;
  return labels
    .toSorted((a, b) => a.y - b.y)
    .map(({ node, y }) => {
      last = Math.max(y, last + 13);
      return { node, y: last };
    });
}
