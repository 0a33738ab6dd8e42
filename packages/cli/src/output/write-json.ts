// JSON for programs: one document at the end, or one line per event.
import type { Writable } from 'node:stream';
import { writeAll } from './write-all.ts';

/** One document, indented, with a final newline (`--json`). */
export function writeJson(stream: Writable, document: unknown): Promise<void> {
  return writeAll(stream, `${JSON.stringify(document, forJson, 2)}\n`);
}

/** One line (`--ndjson`, https://github.com/ndjson/ndjson-spec); await it before the next, so that a slow reader is heeded. */
export function writeNdjson(stream: Writable, event: unknown): Promise<void> {
  return writeAll(stream, `${JSON.stringify(event, forJson)}\n`);
}

/** Counts of nodes are BigInt in the inventory; as JSON they are numbers where a double holds them exactly, else text. */
function forJson(_key: string, value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
}
