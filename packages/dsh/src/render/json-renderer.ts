// One JSON document at the end (--json), written node by node: it is never in memory as a whole.
// Schema: docs/reference/dsh.schema.json.
import { isUtf8 } from 'node:buffer';
import type { NodeResult } from '@heorot/fanout';
import type { BlockSpill } from '../gather/block-spill.ts';
import { ByteLog } from '../gather/byte-log.ts';
import { cutCharacterBytes } from '../gather/text-or-base64.ts';
import type { ByteSink } from './byte-sink.ts';
import type { Renderer, Surface } from './renderer.ts';
import { summaryDocument } from './summary-document.ts';

type Logs = { stdout: ByteLog; stderr: ByteLog };

export function jsonRenderer(
  { stdout }: Pick<Surface, 'stdout'>,
  spill: BlockSpill,
  commands: readonly string[],
): Renderer {
  const logs = new Map<string, Logs>();
  const logsOf = (node: string): Logs => {
    const known = logs.get(node) ?? { stdout: new ByteLog(spill), stderr: new ByteLog(spill) };
    logs.set(node, known);
    return known;
  };
  return {
    event(event) {
      if (event.kind === 'stdout' || event.kind === 'stderr')
        logsOf(event.node)[event.kind].append(event.data);
    },
    async end(summary) {
      const head = JSON.stringify({ commands, ...summaryDocument(summary) });
      stdout.write(`${head.slice(0, -1)},"nodes":[`);
      for (const [at, result] of summary.results.entries()) {
        stdout.write(at === 0 ? '\n' : ',\n');
        await writeNode(stdout, result, logs.get(result.node));
      }
      stdout.write('\n]}\n');
      await stdout.flush();
    },
  };
}

async function writeNode(sink: ByteSink, result: NodeResult, logs: Logs | undefined): Promise<void> {
  const head = JSON.stringify({ ...result, elapsedMs: Math.round(result.elapsedMs) });
  sink.write(head.slice(0, -1));
  for (const stream of ['stdout', 'stderr'] as const) {
    const log = logs?.[stream];
    sink.write(`,"${stream}":`);
    if (log === undefined) sink.write('{"text":""}');
    else await writeEncoded(sink, log);
  }
  sink.write('}');
}

/** `{"text": ...}` or `{"base64": ...}`, in pieces: an answer may be longer than the longest string. */
async function writeEncoded(sink: ByteSink, log: ByteLog): Promise<void> {
  const encoding = isText(log) ? 'text' : 'base64';
  sink.write(`{"${encoding}":"`);
  for (const piece of encoding === 'text' ? characters(log) : triples(log)) {
    sink.write(
      encoding === 'text' ? JSON.stringify(piece.toString('utf8')).slice(1, -1) : piece.toString('base64'),
    );
    await sink.pressure();
  }
  sink.write('"}');
}

function isText(log: ByteLog): boolean {
  for (const piece of characters(log)) if (!isUtf8(piece)) return false;
  return true;
}

const characters = (log: ByteLog): Generator<Buffer> => recut(log, cutCharacterBytes);
/** Base64 turns three bytes into four letters: only then can pieces be joined. */
const triples = (log: ByteLog): Generator<Buffer> => recut(log, (bytes) => bytes.length % 3);

/** The pieces of a log, cut anew so that `holdBack` bytes of each go with the next. */
function* recut(log: ByteLog, holdBack: (bytes: Uint8Array) => number): Generator<Buffer> {
  let rest: Uint8Array = new Uint8Array(0);
  for (const piece of log.pieces()) {
    const bytes = Buffer.concat([rest, piece]);
    const end = bytes.length - holdBack(bytes);
    rest = bytes.subarray(end);
    yield bytes.subarray(0, end);
  }
  if (rest.length > 0) yield Buffer.from(rest);
}
