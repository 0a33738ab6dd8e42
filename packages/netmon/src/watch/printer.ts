// What prints the lines of `netmon watch`: one printer a format, chosen by flags.

import type { AlertChange } from '../alert/alert-watch.ts';
import { csvHeader, csvLine } from '../export/csv.ts';
import { ndjsonLine } from '../export/ndjson.ts';
import type { NetEvent, Sample } from '../model/sample.ts';
import type { Units } from '../units/quantity.ts';
import { plainPrinter } from './plain-printer.ts';

/** Each gives text for stdout, line feeds included; empty for what the format does not tell. */
export interface Printer {
  readonly begin: string;
  samples(samples: readonly Sample[]): string;
  event(event: NetEvent): string;
  alert(change: AlertChange): string;
}

export type WatchFormat = 'ndjson' | 'csv' | 'plain';

export function printerOf(format: WatchFormat, units: Units): Printer {
  if (format === 'ndjson') return ndjsonPrinter;
  return format === 'csv' ? csvPrinter : plainPrinter(units);
}

const ndjsonPrinter: Printer = {
  begin: '',
  samples: (samples) => samples.map(ndjsonLine).join(''),
  event: ndjsonLine,
  alert: (change) => `${JSON.stringify({ type: 'alert', ...change })}\n`,
};

/** Samples alone: events have no columns. */
const csvPrinter: Printer = {
  begin: csvHeader,
  samples: (samples) => samples.map(csvLine).join(''),
  event: () => '',
  alert: () => '',
};
