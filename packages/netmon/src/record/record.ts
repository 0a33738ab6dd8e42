// What `netmon record` does, from opening the source to the last line: what was recorded, and what to type next.
import { statSync } from 'node:fs';
import { type CommandContext, createStatusBlock, ExitCode, type FlagValues, formatBytes } from '@heorot/cli';
import { HeorotError, NodeSet } from '@heorot/inventory';
import type { recordFlags } from '../commands/record-command.ts';
import { openSource } from '../source/open-source.ts';
import { clockTime } from '../view/clock-time.ts';
import { stopAfter } from '../watch/stop-after.ts';
import { type Recorded, recordCluster } from './cluster-recorder.ts';

type RecordFlags = FlagValues<typeof recordFlags>;

/** @throws HeorotError `usage` without a file; `recording-*` where it cannot be written */
export async function record(flags: RecordFlags, context: CommandContext): Promise<number> {
  const { output: path } = flags;
  if (path === undefined) {
    throw new HeorotError('usage', 'a file is needed', { hint: 'netmon record -a -o day.netmon' });
  }
  await using opened = await openSource(flags, context);
  const { cluster, source } = opened;
  const ending = new AbortController();
  const recorder = await recordCluster(cluster, {
    path,
    retainMs: flags.retain,
    failed: () => ending.abort(),
  });
  let interrupted = false;
  const startedMs = Date.now();
  {
    await using _recording = recorder;
    using _interrupts = context.takeInterrupts(() => {
      interrupted = true;
      ending.abort();
    });
    using _status = createStatusBlock(context.stderr, {
      render: () => (flags.quiet ? [] : [progress(recorder.recorded, path, Date.now() - startedMs)]),
    });
    using end = stopAfter(cluster, { forMs: flags.for, count: flags.count });
    await source.run(
      cluster.accept,
      AbortSignal.any([context.signal, context.drain, end.signal, ending.signal]),
    );
  }
  if (recorder.failure !== undefined) throw recorder.failure;
  const silent = cluster.nodes.filter(({ node }) => !recorder.recorded.nodes.has(node));
  if (!flags.quiet) {
    const lines = lastLines(
      recorder.recorded,
      path,
      silent.map(({ node }) => node),
    );
    context.stderr.write(lines.map((line) => `${line}\n`).join(''));
  }
  if (interrupted && (flags.for !== undefined || flags.count !== undefined)) return ExitCode.interrupted;
  return silent.length > 0 ? ExitCode.unreachable : ExitCode.ok;
}

function progress({ nodes, readings }: Recorded, path: string, ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `recording ${nodes.size} ${nodes.size === 1 ? 'node' : 'nodes'} to ${path}: ${readings} readings in ${seconds} s; Ctrl-C ends it`;
}

function lastLines(
  { nodes, readings, fromMs, toMs }: Recorded,
  path: string,
  silent: readonly string[],
): readonly string[] {
  const never = silent.length === 0 ? '' : `; never answered: ${NodeSet.from(silent).toString()}`;
  if (fromMs === undefined || toMs === undefined) return [`nothing recorded in ${path}${never}`];
  const size = formatBytes(statSync(path).size);
  return [
    `recorded ${nodes.size} ${nodes.size === 1 ? 'node' : 'nodes'} from ${clockTime(fromMs)} to ${clockTime(toMs)} (${readings} readings) in ${path} (${size})${never}`,
    `look at it: netmon replay ${path}`,
  ];
}
