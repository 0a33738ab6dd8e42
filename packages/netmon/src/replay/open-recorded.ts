// From flags and the operand to what every verb stands on that reads a recording: the file, the nodes, the span of time.
import { type CommandContext, openCommandInventory, selectionOf } from '@heorot/cli';
import { HeorotError, type Inventory, NodeSet } from '@heorot/inventory';
import type { RecordingFlags } from '../flags/recording-flags.ts';
import { openRecording, type Recording } from '../record/recording.ts';
import { parseMoment, type TimeSpan } from './moment.ts';

export interface Recorded extends Disposable {
  readonly path: string;
  readonly recording: Recording;
  readonly inventory: Inventory;
  /** Those that were selected, in their natural order; all recorded ones where none was. */
  readonly nodes: NodeSet;
  /** Whether the flags name nodes, or take some away. */
  readonly chosen: boolean;
  readonly intervalMs: number;
  /** What the flags ask for, within what is recorded. */
  readonly span: TimeSpan;
}

/** Where every node has a single reading. */
const usualIntervalMs = 1000;

/** Of a verb that needs readings, nothing is recorded where only minutes or hours are kept. */
type Needed = 'all' | 'readings';

/**
 * @param from the text of --from or --at
 * @throws HeorotError `usage`, `recording-*`, for nodes that are not in the recording
 */
export async function openRecorded(
  operands: readonly string[],
  flags: RecordingFlags,
  from: string | undefined,
  context: CommandContext,
  needed: Needed = 'readings',
): Promise<Recorded> {
  const [path, ...more] = operands;
  if (path === undefined || more.length > 0) {
    throw new HeorotError('usage', path === undefined ? 'a recording is needed' : 'one recording at a time', {
      hint: 'netmon replay FILE; make one with: netmon record -a -o FILE',
    });
  }
  const recording = openRecording(path);
  try {
    const all = recording.span(needed);
    if (all === undefined) {
      throw new HeorotError('recording-empty', `nothing is recorded in ${path} yet`, {
        hint: 'readings are written when a block is full (five minutes), and when netmon record ends',
      });
    }
    const span = spanOf(all, from, flags.to, path);
    const inventory = await openCommandInventory(flags, context);
    return {
      path,
      recording,
      inventory,
      nodes: await selectRecorded(recording, flags, inventory, path),
      chosen: [flags.nodes, flags.group, flags.exclude, flags['exclude-group']].some(
        (each) => each.length > 0,
      ),
      intervalMs: recording.intervalMs(span.fromMs) ?? usualIntervalMs,
      span,
      [Symbol.dispose]: () => recording[Symbol.dispose](),
    };
  } catch (error) {
    recording[Symbol.dispose]();
    throw error;
  }
}

function spanOf(all: TimeSpan, from: string | undefined, to: string | undefined, path: string): TimeSpan {
  const fromMs = Math.max(all.fromMs, from === undefined ? all.fromMs : parseMoment(from, all));
  const toMs = Math.min(all.toMs, to === undefined ? all.toMs : parseMoment(to, all));
  if (fromMs <= toMs) return { fromMs, toMs };
  const text = (ms: number) => new Date(ms).toISOString();
  throw new HeorotError('recording-span', `nothing is recorded in ${path} at that time`, {
    hint: `it covers ${text(all.fromMs)} to ${text(all.toMs)}`,
  });
}

async function selectRecorded(
  recording: Recording,
  flags: RecordingFlags,
  inventory: Inventory,
  path: string,
): Promise<NodeSet> {
  const recorded = NodeSet.from(recording.nodes());
  if (flags.nodes.length === 0 && flags.group.length === 0) {
    const { exclude, 'exclude-group': excludeGroup } = flags;
    if (exclude.length === 0 && excludeGroup.length === 0) return recorded;
    const all = { nodes: [recorded.toString()], groups: [], all: false };
    return await inventory.select({ ...all, exclude, excludeGroups: excludeGroup });
  }
  const wanted = await inventory.select({ ...selectionOf(flags), all: false });
  const there = wanted.intersection(recorded);
  if (!there.isEmpty) return there;
  throw new HeorotError('node-not-recorded', `${wanted.toString()} is not in ${path}`, {
    hint: `it has ${recorded.toString()}`,
  });
}
