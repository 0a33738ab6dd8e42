// What `memtest-runner follow-serial` does, from the console to the verdict.
import { type CommandContext, createStatusBlock, type FlagValues, writeAll, writeJson } from '@heorot/cli';
import { HeorotError } from '@heorot/inventory';
import type { followSerialFlags } from '../commands/follow-serial.ts';
import { createEvidenceTrail } from '../evidence/evidence-trail.ts';
import { openHistory } from '../history/open-history.ts';
import { saveRun } from '../history/save-run.ts';
import { judgeRun } from '../judge/judge-run.ts';
import { exitCodeOf } from '../judge/verdict.ts';
import type { EngineReport } from '../model/engine-report.ts';
import type { NodeParts, RunParts } from '../model/run-result.ts';
import { runId } from '../run/run-id.ts';
import { verdictLines, verdictSummary } from '../run/verdict-lines.ts';
import { SerialReading } from './serial-reading.ts';
import { readSerial, type SerialSource } from './serial-source.ts';

type Flags = FlagValues<typeof followSerialFlags>;

/** A report is made from all that was read: not more often than this. */
const LOOK_EVERY_MS = 500;

export async function followSerialLine(
  operands: readonly string[],
  flags: Flags,
  context: CommandContext,
): Promise<number> {
  const source = sourceOf(operands, flags);
  const startedAt = new Date();
  const reading = new SerialReading(flags.passes);
  const silent = await follow(source, reading, flags, context);
  const report = reading.report();
  const parts = partsOf(report, { flags, startedAt, silent, left: context.drain.aborted });
  const result = judgeRun(parts);
  using history = await openHistory(context.env);
  saveRun(history, result);
  if (flags.json) await writeJson(context.stdout, result);
  else {
    const theme = context.theme.stdout;
    await writeAll(
      context.stdout,
      `${[...verdictLines(result, theme), verdictSummary(result, theme)].join('\n')}\n`,
    );
  }
  return exitCodeOf(result.nodes);
}

function sourceOf(operands: readonly string[], flags: Flags): SerialSource {
  const [path, ...more] = operands;
  if (flags.command !== undefined && path === undefined) return { kind: 'command', command: flags.command };
  if (path === undefined || more.length > 0 || flags.command !== undefined) {
    throw new HeorotError('usage', 'one console: a FILE, unix:PATH, or --command');
  }
  if (path.startsWith('unix:')) return { kind: 'socket', path: path.slice('unix:'.length) };
  return { kind: 'file', path, untilEnd: flags['until-end'] };
}

/** Until the passes are done. True: the console fell silent. */
async function follow(
  source: SerialSource,
  reading: SerialReading,
  flags: Flags,
  context: CommandContext,
): Promise<boolean> {
  const silence = new AbortController();
  const enough = new AbortController();
  const signal = AbortSignal.any([silence.signal, enough.signal, context.drain, context.signal]);
  const giveUp = () => silence.abort('silent');
  let patience = setTimeout(giveUp, flags['silent-after']);
  let lookedAt = 0;
  using _block = createStatusBlock(context.stderr, {
    render: () => (flags.quiet ? [] : [`${flags.node}: ${reading.position() ?? 'waiting for memtest86+'}`]),
  });
  try {
    for await (const chunk of readSerial(source, signal)) {
      clearTimeout(patience);
      patience = setTimeout(giveUp, flags['silent-after']);
      reading.push(chunk);
      if (performance.now() - lookedAt < LOOK_EVERY_MS) continue;
      lookedAt = performance.now();
      if (reading.report().ending === 'complete') enough.abort('done');
    }
  } finally {
    clearTimeout(patience);
  }
  return silence.signal.aborted;
}

interface Circumstances {
  readonly flags: Flags;
  readonly startedAt: Date;
  readonly silent: boolean;
  readonly left: boolean;
}

function partsOf(report: EngineReport, { flags, startedAt, silent, left }: Circumstances): RunParts {
  const { node, passes } = flags;
  const trail = createEvidenceTrail();
  // A log that ends before the passes were done is not a pass; a silent console is a machine that hangs.
  const ending = report.ending === 'unfinished' && !silent ? 'interrupted' : report.ending;
  const nothing = report.variant.endsWith('unknown') && report.findingCount === 0;
  const engine = { ...report, ending, phase: 'memtest86+', bandwidth: [] };
  const parts: NodeParts = {
    node,
    rack: null,
    engines: nothing ? [] : [engine],
    evidence: trail.evidence(),
    facts: trail.facts(),
    survival: silent && !left ? { kind: 'unreachable', since: startedAt.toISOString() } : { kind: 'up' },
    timeline: [
      {
        phase: 'memtest86+',
        startSeconds: 0,
        endSeconds: report.wallSeconds,
        ending: ending === 'complete' ? 'complete' : 'interrupted',
        position: null,
      },
    ],
    bootIds: [],
    busy: false,
    failure: nothing && !silent ? 'its console shows no memtest86+' : null,
  };
  return {
    id: runId(startedAt),
    name: null,
    level: 'custom',
    cluster: null,
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    nodeSet: node,
    plan: [{ phase: 'memtest86+', engine: 'memtest86+', memory: null, seconds: null, passes, flags: [] }],
    programs: [],
    nodes: [parts],
  };
}
