// What `netmon export` does: a recording in another format, to a file or to standard output.
import { setImmediate as breathe } from 'node:timers/promises';
import { type CommandContext, ExitCode, type FlagValues, writeAll } from '@heorot/cli';
import { HeorotError } from '@heorot/inventory';
import type { exportFlags } from '../commands/export-command.ts';
import { openRecorded, type Recorded } from '../replay/open-recorded.ts';
import { printRecorded } from '../replay/print-recorded.ts';
import { printerOf } from '../watch/printer.ts';
import { exportOpenMetrics } from './export-openmetrics.ts';
import { wholeFile } from './whole-file.ts';

type ExportFlags = FlagValues<typeof exportFlags>;
/** Signals have their turn after so much work. */
const breatheMs = 10;

type Target = Pick<CommandContext, 'stdout' | 'signal' | 'drain'>;

/** @throws HeorotError `usage`, `recording-*`, `export-file` */
export async function exportRecording(
  operands: readonly string[],
  flags: ExportFlags,
  context: CommandContext,
): Promise<number> {
  if (flags.format === undefined) {
    throw new HeorotError('usage', 'a format is needed', {
      hint: '--format openmetrics, --format csv or --format ndjson',
    });
  }
  using recorded = await openRecorded(operands, flags, flags.from, context);
  const { output: path, format, iface } = flags;
  if (path === undefined) return await write(recorded, format, iface, context);
  return await wholeFile(
    path,
    context,
    async (stdout) => await write(recorded, format, iface, { ...context, stdout }),
  );
}

async function write(
  recorded: Recorded,
  format: NonNullable<ExportFlags['format']>,
  interfaces: readonly string[],
  target: Target,
): Promise<number> {
  if (format !== 'openmetrics') {
    const printer = printerOf(format, 'bits');
    return await printRecorded(recorded, { printer, speed: Infinity, interfaces }, target);
  }
  const { recording, nodes, span } = recorded;
  let breathedMs = performance.now();
  for (const piece of exportOpenMetrics(recording, [...nodes], span)) {
    if (piece !== '') await writeAll(target.stdout, piece);
    if (performance.now() - breathedMs < breatheMs) continue;
    // A pipe that is read never makes us wait, and signals would.
    await breathe();
    if (target.signal.aborted || target.drain.aborted) break;
    breathedMs = performance.now();
  }
  return ExitCode.ok;
}
