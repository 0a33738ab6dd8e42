// A measurement over the newest runs of the same machines: the median, and how far they were apart.
import type { RunSpread } from '../../history/trend.ts';
import { type Markup, markup } from '../html/markup.ts';
import { scaleOf } from './scale.ts';

const width = 720;
const height = 170;
const left = 60;
const right = width - 16;
const top = 10;
const bottom = height - 28;

/** `divisor` and `unit` of the values: 1e9 and GB/s. */
export function trendChart(
  name: string,
  spreads: readonly RunSpread[],
  { divisor, unit }: { readonly divisor: number; readonly unit: string },
): Markup {
  const values = spreads.flatMap(({ lowest, highest }) => [lowest / divisor, highest / divisor]);
  const y = scaleOf(values, bottom, top, 4);
  // By run, not by time: five runs of one day would stand on each other.
  const x = (at: number): number =>
    Math.round(
      (spreads.length === 1
        ? (left + right) / 2
        : left + 12 + (at / (spreads.length - 1)) * (right - left - 24)) * 10,
    ) / 10;
  const line = spreads.map(({ median }, at) => `${x(at)},${y.at(median / divisor)}`).join(' ');
  const dates = new Set([0, Math.floor((spreads.length - 1) / 2), spreads.length - 1]);
  const step = (y.ticks[1] ?? 1) - (y.ticks[0] ?? 0);
  const digits = step >= 1 ? 0 : step >= 0.1 ? 1 : 2;
  return markup`<svg class="plot" viewBox="0 0 ${width} ${height}" role="img" aria-label="${name} over ${spreads.length} runs">
${y.ticks.map((tick) => markup`<line class="grid" x1="${left}" x2="${right}" y1="${y.at(tick)}" y2="${y.at(tick)}"/><text class="label" x="${left - 6}" y="${y.at(tick) + 4}" text-anchor="end">${tick.toFixed(digits)}</text>`)}
<polyline class="trend" points="${line}"/>
${spreads.map(({ run, at: when, lowest, median, highest, machines }, at) => {
  const title = `${run}, ${dayOf(when)}: median ${(median / divisor).toFixed(2)} ${unit}, ${(lowest / divisor).toFixed(2)} to ${(highest / divisor).toFixed(2)}, ${machines} machines`;
  return markup`<g><title>${title}</title><line class="range" x1="${x(at)}" x2="${x(at)}" y1="${y.at(lowest / divisor)}" y2="${y.at(highest / divisor)}"/><circle class="${at === spreads.length - 1 ? 'dot now' : 'dot'}" cx="${x(at)}" cy="${y.at(median / divisor)}" r="3.5"/></g>`;
})}
${spreads.map(({ at: when }, at) => (dates.has(at) ? markup`<text class="label" x="${x(at)}" y="${height - 8}" text-anchor="${at === 0 && spreads.length > 1 ? 'start' : at === spreads.length - 1 && at > 0 ? 'end' : 'middle'}">${dayOf(when)}</text>` : ''))}
</svg>`;
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
