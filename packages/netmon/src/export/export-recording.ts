// What `netmon export` does: a recording in another format, to a file or to standard output.
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { type CommandContext, ExitCode, type FlagValues, writeAll } from '@heorot/cli';
import { HeorotError } from '@heorot/inventory';
import type { exportFlags } from '../commands/export-command.ts';
import { openRecorded, type Recorded } from '../replay/open-recorded.ts';
import { printRecorded } from '../replay/print-recorded.ts';
import { printerOf } from '../watch/printer.ts';
import { exportOpenMetrics } from './export-openmetrics.ts';

type ExportFlags = FlagValues<typeof exportFlags>;
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
  if (flags.output === undefined) return await write(recorded, flags.format, flags.iface, context);
  const file = createWriteStream(flags.output, { flags: 'wx' });
  const written = finished(file).catch((error: Error) => {
    throw new HeorotError('export-file', `cannot write ${flags.output}: ${error.message}`, { cause: error });
  });
  const writing = write(recorded, flags.format, flags.iface, { ...context, stdout: file }).finally(() =>
    file.end(),
  );
  const [code] = await Promise.all([writing, written]);
  return code;
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
  for (const piece of exportOpenMetrics(recording, [...nodes], span)) {
    if (target.signal.aborted || target.drain.aborted) break;
    await writeAll(target.stdout, piece);
  }
  return ExitCode.ok;
}
