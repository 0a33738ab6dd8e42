// One dot a node on a line of GB/s, with the median of the group and the limit below which a node is slow.

import type { GroupValues } from '../group-values.ts';
import { type Markup, markup, nothing } from '../html/markup.ts';
import { gigabytes, type Scale, scaleOf } from './scale.ts';

const width = 720;
const left = 16;
const right = width - 16;
const dotSpace = 7;

export function stripPlot({ group, values }: GroupValues): Markup {
  const slow = new Set(group.slow.map(({ node }) => node));
  const limits = [group.median, ...(group.limit === null ? [] : [group.limit])];
  const scale = scaleOf([...values.map(({ value }) => value), ...limits], left, right);
  const rows = stacked(values, scale);
  const highest = Math.max(1, ...rows.map(({ row }) => row + 1));
  const top = 34;
  const gap = Math.min(dotSpace, 150 / highest);
  const base = top + highest * gap + 6;
  const dots = rows.map(({ node, value, row }) => {
    const title = `${node}: ${gigabytes(value, 2)} GB/s`;
    return markup`<circle class="${slow.has(node) ? 'dot slow' : 'dot'}" cx="${scale.at(value)}" cy="${round(base - 6 - row * gap)}" r="3"><title>${title}</title></circle>`;
  });
  const count = `${values.length} nodes, median ${gigabytes(group.median)} GB/s`;
  return markup`<svg class="plot" viewBox="0 0 ${width} ${round(base + 34)}" role="img" aria-label="${group.measurement}: ${count}">
<line class="axis" x1="${left}" x2="${right}" y1="${round(base)}" y2="${round(base)}"/>
${scale.ticks.map((tick) => tickAt(scale, tick, base))}
<text class="label" x="${right}" y="${round(base + 30)}" text-anchor="end">GB/s</text>
${mark(scale.at(group.median), base, `median ${gigabytes(group.median)}`, 'median', scale.at(group.median) > width * 0.8 ? 'end' : 'start')}
${group.limit === null ? nothing : mark(scale.at(group.limit), base, `limit ${gigabytes(group.limit)}`, 'limit', scale.at(group.limit) < width * 0.2 ? 'start' : 'end')}
${dots}
</svg>`;
}

function tickAt(scale: Scale, tick: number, base: number): Markup {
  const x = scale.at(tick);
  const digits = (scale.ticks[1] ?? 1e9) - (scale.ticks[0] ?? 0) < 1e9 ? 2 : 0;
  return markup`<line class="axis" x1="${x}" x2="${x}" y1="${round(base)}" y2="${round(base + 4)}"/><text class="label" x="${x}" y="${round(base + 17)}" text-anchor="middle">${gigabytes(tick, digits)}</text>`;
}

function mark(x: number, base: number, text: string, kind: string, anchor: 'start' | 'end'): Markup {
  return markup`<line class="${kind}" x1="${x}" x2="${x}" y1="20" y2="${round(base)}"/><text class="label" x="${x}" y="14" text-anchor="${anchor}">${text}</text>`;
}

/** Dots that would hide each other are stacked. */
function stacked(values: GroupValues['values'], scale: Scale) {
  const filled = new Map<number, number>();
  return values
    .toSorted((a, b) => a.value - b.value)
    .map(({ node, value }) => {
      const column = Math.round(scale.at(value) / dotSpace);
      const row = filled.get(column) ?? 0;
      filled.set(column, row + 1);
      return { node, value, row };
    });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
