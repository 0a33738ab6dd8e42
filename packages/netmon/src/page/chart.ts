// Received and sent over time, drawn by uPlot, which index.html loads. Gaps are what is not known.
import type { History } from '../serve/wire.ts';
import { rateText, type Units } from '../units/quantity.ts';
import { setAttribute } from './element.ts';
import { clockText } from './times.ts';

export interface Chart {
  draw(history: History, units: Units): void;
}

const height = 260;

export function createChart(place: HTMLElement): Chart {
  place.setAttribute('role', 'img');
  let plot: uPlot | undefined;
  let units: Units = 'bits';
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const remove = () => {
    plot?.destroy();
    plot = undefined;
  };
  dark.addEventListener('change', remove);
  new ResizeObserver(() => plot?.setSize({ width: place.clientWidth, height })).observe(place);
  return {
    draw(history, chosen) {
      if (chosen !== units) remove();
      units = chosen;
      const data: uPlot.AlignedData = [
        history.timesMs.map((ms) => ms / 1000),
        [...history.received],
        [...history.sent],
        [...history.mostReceived],
        [...history.mostSent],
      ];
      if (plot === undefined) plot = new uPlot(optionsOf(place, units), data, place);
      else plot.setData(data);
      setAttribute(place, 'aria-label', summaryOf(history, units));
    },
  };
}

function optionsOf(place: HTMLElement, units: Units): uPlot.Options {
  const style = getComputedStyle(place);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const value = (_: uPlot, raw: number | null) => rateText(raw, units);
  const axis = {
    stroke: colour('--text'),
    grid: { stroke: colour('--line') },
    ticks: { stroke: colour('--line') },
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
    cursor: { drag: { x: true, y: false } },
    scales: { y: { range: (_, __, most) => [0, Math.max(125, most * 1.1)] } },
    axes: [
      { ...axis, space: 90, values: (_, ticks) => ticks.map((tick) => clockText(tick * 1000)) },
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

function summaryOf({ received, sent, mostReceived, mostSent }: History, units: Units): string {
  const last = (values: readonly (number | null)[]) => rateText(values.at(-1) ?? null, units);
  const most = (values: readonly (number | null)[]) => {
    const known = values.filter((value) => value !== null);
    return rateText(known.length === 0 ? null : Math.max(...known), units);
  };
  return `Chart: received ${last(received)} at the end, ${most(mostReceived)} at most; sent ${last(sent)} at the end, ${most(mostSent)} at most`;
}
