// The lines of a recording, as `netmon watch` prints those of now.
import { type CommandContext, ExitCode, writeAll } from '@heorot/cli';
import { LiveCluster } from '../live/live-cluster.ts';
import type { Printer } from '../watch/printer.ts';
import type { Recorded } from './open-recorded.ts';
import { ReplaySource } from './replay-source.ts';

export interface PrintOptions {
  readonly printer: Printer;
  /** Recorded seconds a second. */
  readonly speed: number;
  /** As {@link LiveCluster} takes them. */
  readonly interfaces: readonly string[];
}

/** A rate needs the reading before; two of them may have been missed. */
const leadIntervals = 4;
/** What is printed is handed over in pieces of this size, at the pace of the reader. */
const pieceLength = 64 * 1024;

export async function printRecorded(
  { recording, nodes, intervalMs, span }: Recorded,
  { printer, speed, interfaces }: PrintOptions,
  { stdout, signal, drain }: Pick<CommandContext, 'stdout' | 'signal' | 'drain'>,
): Promise<number> {
  const leadMs = leadIntervals * intervalMs;
  const source = new ReplaySource({ recording, nodes: [...nodes], intervalMs, ...span, leadMs, speed });
  const cluster = new LiveCluster({ nodes: source.nodes, intervalMs, interfaces });
  let text = printer.begin;
  const begun = (time: string | undefined) => time !== undefined && Date.parse(time) >= span.fromMs;
  using _printing = cluster.listen({
    samples: (samples) => {
      if (begun(samples[0]?.time)) text += printer.samples(samples);
    },
    event: (event) => {
      if (begun(event.time)) text += printer.event(event);
    },
  });
  const least = Number.isFinite(speed) ? 1 : pieceLength;
  const handOver = async () => {
    const piece = text;
    text = '';
    await writeAll(stdout, piece);
  };
  const told = async () => void (text.length >= least && (await handOver()));
  await source.run(cluster.accept, AbortSignal.any([signal, drain]), told);
  if (text !== '') await handOver();
  return ExitCode.ok;
}
