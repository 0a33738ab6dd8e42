// How the machines of this run did in earlier runs.
import type { ReportData } from '../report-data.ts';
import { trendChart } from '../svg/trend-chart.ts';
import { type Markup, markup } from './markup.ts';

export function trendSection(trend: ReportData['trend']): Markup {
  const charts = [...trend].filter(([, spreads]) => spreads.length > 1);
  if (charts.length === 0) return markup`<p>This is their first run in the history.</p>`;
  return markup`<p class="note">Median of each run, with the range of all machines; this run is the last one.</p>${charts.map(
    ([name, spreads]) =>
      markup`<h3>${name}</h3><div class="scroll">${trendChart(name, spreads, unitOfMeasurement(name))}</div>`,
  )}`;
}

export function unitOfMeasurement(name: string): { readonly divisor: number; readonly unit: string } {
  if (name.endsWith(' errors')) return { divisor: 1, unit: 'errors' };
  return name.endsWith('temperature') ? { divisor: 1, unit: '°C' } : { divisor: 1e9, unit: 'GB/s' };
}
