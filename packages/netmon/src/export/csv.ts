// Samples as CSV (RFC 4180, with plain line feeds): the same columns for interfaces, RDMA ports and whole nodes. A field
// that is not known is empty, and the interface of a whole node is empty too.
import type { Sample } from '../model/sample.ts';

const columns = [
  'time',
  'node',
  'interface',
  'span',
  'seconds',
  'rxBytesPerSecond',
  'txBytesPerSecond',
  'rxPacketsPerSecond',
  'txPacketsPerSecond',
  'rxErrorsPerSecond',
  'txErrorsPerSecond',
  'rxDroppedPerSecond',
  'txDroppedPerSecond',
  'rxBytes',
  'txBytes',
  'utilisation',
  'retransmitRatio',
  'load1',
  'cpuBusy',
  'memoryUsed',
] as const;

/** The first line, with its line feed. */
export const csvHeader = `${columns.join(',')}\n`;

/** With its line feed. */
export function csvLine(sample: Sample): string {
  const fields = new Map<string, string | number | bigint | boolean | null>(Object.entries(sample));
  if (sample.type === 'port') fields.set('interface', sample.port);
  return `${columns.map((column) => fieldText(fields.get(column))).join(',')}\n`;
}

function fieldText(value: string | number | bigint | boolean | null | undefined): string {
  if (value === null || value === undefined) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
