// One line of JSON for a sample or an event. Counters beyond 2^53 are written as the whole numbers they are (RFC 8259 sets
// no bound); what is not known is null.
import type { NetEvent, Sample } from '../model/sample.ts';

/** With its line feed. */
export function ndjsonLine(record: Sample | NetEvent): string {
  const fields = Object.entries(record).map(([key, value]) => `${JSON.stringify(key)}:${valueText(value)}`);
  return `{${fields.join(',')}}\n`;
}

function valueText(value: string | number | bigint | boolean | null): string {
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}
