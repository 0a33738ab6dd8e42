// `dsh --from FILE`: shows output that was captured before, as dshbak and clubak do.
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { type CommandContext, ExitCode } from '@heorot/cli';
import type { NodeResult } from '@heorot/fanout';
import { HeorotError, NodeSet } from '@heorot/inventory';
import { PrefixedLines } from '../from/prefixed-lines.ts';
import { openDisplay } from '../run/display.ts';
import { alignOf, type DshInput } from './run-command.ts';

export async function fromCommand(input: DshInput, file: string, context: CommandContext): Promise<number> {
  const lines = new PrefixedLines();
  const nodes = new Set<string>();
  using display = openDisplay(context, {
    flags: { ...input.flags, quiet: true },
    align: alignOf(input),
    nodes: [],
    commands: [],
  });
  const show = async (chunks: ReturnType<PrefixedLines['push']>): Promise<void> => {
    for (const { node, data } of chunks) {
      nodes.add(node);
      const behind = display.renderer.event({ kind: 'stdout', node, data });
      if (behind !== undefined) await behind;
    }
  };
  for await (const piece of open(file, context)) {
    context.signal.throwIfAborted();
    await show(lines.push(piece));
  }
  await show(lines.end());
  // In the order of node sets, whatever the order of the input.
  const results = [...NodeSet.from(nodes)].map(
    (node): NodeResult => ({ node, outcome: { kind: 'ok' }, elapsedMs: 0 }),
  );
  for (const { node } of results)
    await display.renderer.event({ kind: 'exit', node, outcome: { kind: 'ok' }, elapsedMs: 0 });
  await display.renderer.end({ results, startedAt: Date.now(), elapsedMs: 0, stopped: undefined });
  if (lines.strangers > 0)
    context.stderr.write(`dsh: passed over ${lines.strangers} lines that begin with no node name\n`);
  return ExitCode.ok;
}

async function* open(file: string, context: CommandContext): AsyncGenerator<Uint8Array> {
  const stream: Readable =
    file === '-'
      ? context.stdin
      : createReadStream(resolve(context.cwd, file), { highWaterMark: 256 * 1024 });
  try {
    for await (const piece of stream) yield piece;
  } catch (cause) {
    throw new HeorotError(
      'from-unreadable',
      `cannot read ${file}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}
