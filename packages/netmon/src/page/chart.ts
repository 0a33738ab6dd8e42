// Received and sent over time, drawn by uPlot, which index.html loads. Gaps are what is not known.
import type { History } from '../serve/wire.ts';
import { rateText, type Units } from '../units/quantity.ts';
import { setAttribute } from './element.ts';
import { tickText } from './times.ts';

export interface Chart {
  /** @param atMs the moment that is looked at; undefined: none */
  draw(history: History, units: Units, atMs?: number): void;
}

const height = 260;

export function createChart(place: HTMLElement): Chart {
  place.setAttribute('role', 'img');
  let plot: uPlot | undefined;
  let units: Units = 'bits';
  let moment: number | undefined;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const remove = () => {
    plot?.destroy();
    plot = undefined;
  };
  dark.addEventListener('change', remove);
  new ResizeObserver(() => plot?.setSize({ width: place.clientWidth, height })).observe(place);
  return {
    draw(history, chosen, atMs) {
      if (chosen !== units) remove();
      units = chosen;
      moment = atMs;
      const data: uPlot.AlignedData = [
        history.timesMs.map((ms) => ms / 1000),
        [...history.received],
        [...history.sent],
        [...history.mostReceived],
        [...history.mostSent],
      ];
      if (plot === undefined)
        plot = new uPlot(
          optionsOf(place, units, () => moment),
          data,
          place,
        );
      else plot.setData(data);
      setAttribute(place, 'aria-label', summaryOf(history, units));
    },
  };
}

function optionsOf(place: HTMLElement, units: Units, moment: () => number | undefined): uPlot.Options {
  const style = getComputedStyle(place);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const value = (_: uPlot, raw: number | null) => rateText(raw, units);
  const axis = {
    stroke: colour('--text'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1 },
  };
  const line = (label: string, name: string) => ({ label, stroke: colour(name), width: 2, value });
  const peak = (label: string, name: string) => ({
    label,
    stroke: colour(name),
    width: 1,
    dash: [2, 3],
    value,
  });
  return {
    width: place.clientWidth,
    height,
    // The last label of the time reaches past the last point.
    padding: [null, 30, null, null],
    cursor: { drag: { x: true, y: false } },
    hooks: { draw: [(plot) => drawMoment(plot, moment(), colour('--warning'))] },
    scales: { y: { range: (_, __, most) => [0, Math.max(125, most * 1.1)] } },
    axes: [
      {
        ...axis,
        space: 90,
        values: (_, ticks, __, ___, stepSeconds) => ticks.map((tick) => tickText(tick * 1000, stepSeconds)),
      },
      { ...axis, size: 90, values: (_, ticks) => ticks.map((tick) => rateText(tick, units)) },
    ],
    series: [
      { value: (_, raw: number | null) => (raw === null ? '-' : new Date(raw * 1000).toLocaleString()) },
      line('received', '--received'),
      line('sent', '--sent'),
      peak('most received', '--received'),
      peak('most sent', '--sent'),
    ],
  };
}

/** A line where the slider stands. */
function drawMoment(plot: uPlot, atMs: number | undefined, colour: string): void {
  if (atMs === undefined) return;
  const { ctx, bbox } = plot;
  const x = Math.round(plot.valToPos(atMs / 1000, 'x', true));
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  ctx.save();
  ctx.setLineDash([]);
  ctx.strokeStyle = colour;
  ctx.lineWidth = 2 * devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}

function summaryOf({ received, sent, mostReceived, mostSent }: History, units: Units): string {
  const last = (values: readonly (number | null)[]) => rateText(values.at(-1) ?? null, units);
  const most = (values: readonly (number | null)[]) => {
    const known = values.filter((value) => value !== null);
    return rateText(known.length === 0 ? null : Math.max(...known), units);
  };
  return `Chart: received ${last(received)} at the end, ${most(mostReceived)} at most; sent ${last(sent)} at the end, ${most(mostSent)} at most`;
}
