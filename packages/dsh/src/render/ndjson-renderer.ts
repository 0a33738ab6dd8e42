// One line of JSON for each event, as it happens (--ndjson); the last line is the summary. Schema: docs/reference/dsh.schema.json.
import type { RunEvent } from '@heorot/fanout';
import { cutCharacterBytes, encode } from '../gather/text-or-base64.ts';
import { isEnd, type Renderer, type Surface } from './renderer.ts';
import { summaryDocument } from './summary-document.ts';

export function ndjsonRenderer({ stdout }: Pick<Surface, 'stdout'>): Renderer {
  const cut = new Map<string, Uint8Array>();
  const write = (event: unknown): void => stdout.write(`${JSON.stringify(event)}\n`);
  const writeRest = (node: string): void => {
    for (const kind of ['stdout', 'stderr'] as const) {
      const rest = cut.get(`${kind} ${node}`);
      cut.delete(`${kind} ${node}`);
      if (rest !== undefined) write({ kind, node, ...encode(rest) });
    }
  };
  return {
    event(event: RunEvent) {
      if (event.kind === 'stdout' || event.kind === 'stderr') {
        const key = `${event.kind} ${event.node}`;
        const before = cut.get(key);
        const data = before === undefined ? event.data : Buffer.concat([before, event.data]);
        const end = data.length - cutCharacterBytes(data);
        if (end < data.length) cut.set(key, data.slice(end));
        else cut.delete(key);
        if (end > 0) write({ kind: event.kind, node: event.node, ...encode(data.subarray(0, end)) });
      } else if (event.kind === 'start') {
        write({ kind: 'start', node: event.node, at: new Date(event.at).toISOString() });
      } else if (isEnd(event)) {
        writeRest(event.node);
        write({
          kind: 'end',
          node: event.node,
          outcome: event.outcome,
          elapsedMs: Math.round(event.elapsedMs),
          ...(event.startUpMs === undefined ? {} : { startUpMs: event.startUpMs }),
        });
      }
      return stdout.pressure();
    },
    async end(summary) {
      write({ kind: 'summary', ...summaryDocument(summary) });
      await stdout.flush();
    },
  };
}
