// What `netmon` and `netmon top` do, from flags to exit code.

import { type CommandContext, colorLevel, type FlagValues } from '@heorot/cli';
import { HeorotError, type Inventory, type NodeSet } from '@heorot/inventory';
import type { sortNames, topFlags, viewFlags } from '../commands/top-command.ts';
import { readLocalFacts } from '../facts/local-facts.ts';
import type { ClusterState } from '../live/cluster-state.ts';
import { recordCluster } from '../record/cluster-recorder.ts';
import type { Screen } from '../screen/screen.ts';
import { LinkWatch } from '../sick-links/link-watch.ts';
import { type OpenedSource, openSource } from '../source/open-source.ts';
import type { Source } from '../source/source.ts';
import { unitsOf } from '../units/quantity.ts';
import type { ColumnName } from '../view/column.ts';
import { asciiGlyphs, isUtf8, unicodeGlyphs } from '../view/glyphs.ts';
import type { Grouping } from '../view/grouping.ts';
import { initialView, type Playback, type ViewState } from '../view/scene.ts';
import type { TimeWish } from '../view/time-wish.ts';
import { type BorrowedTerminal, borrowedTerminal } from './borrowed-terminal.ts';
import { loadGroupings, rackGrouping } from './load-groupings.ts';
import { runTop } from './run-top.ts';
import { TopView } from './top-view.ts';

type TopFlags = FlagValues<typeof topFlags>;
type ScreenFlags = FlagValues<typeof viewFlags> & Pick<TopFlags, 'bytes' | 'color'>;

/** @throws HeorotError `usage` without a terminal, for a grouping that is not known; `recording-*` */
export async function top(flags: TopFlags, context: CommandContext): Promise<number> {
  requireTerminal(context, 'once: netmon once; line by line: netmon watch, netmon watch --ndjson');
  using terminal = borrowedTerminal(context);
  await using opened = await openSource(flags, terminal.context);
  const failed = (error: Error) => void terminal.context.stderr.write(`${error.message}\n`);
  await using _recording =
    flags.record === undefined
      ? undefined
      : await recordCluster(opened.cluster, { path: flags.record, failed });
  if (flags.source === 'local') void learnMachine(opened);
  return await showTop({ ...opened, now: Date.now }, flags, terminal, context);
}

/** Beside the first readings; the next frame shows it. */
async function learnMachine({ source, cluster }: OpenedSource): Promise<void> {
  const facts = await readLocalFacts();
  const [name = ''] = source.nodes;
  const node = cluster.node(name);
  if (node !== undefined && facts !== null) node.machine = facts;
}

export interface Shown {
  /** Default: the name of the cluster. */
  readonly title?: string;
  readonly inventory: Inventory;
  readonly nodes: NodeSet;
  readonly source: Source;
  readonly cluster: ClusterState;
  /** The clock of what is shown: the head's, or that of a recording. */
  readonly now: () => number;
  /** Of a recording. */
  readonly player?: Player;
}

/** What the keys of a recording act on. */
export interface Player {
  readonly playback: Playback;
  pause(paused: boolean): void;
  travel(wish: TimeWish): void;
}

/** The full screen over any source, until it is left. @throws HeorotError `usage` for a grouping that is not known */
export async function showTop(
  shown: Shown,
  flags: ScreenFlags,
  terminal: BorrowedTerminal,
  context: CommandContext,
): Promise<number> {
  const { inventory, nodes, source, cluster, now, player } = shown;
  using links = new LinkWatch(cluster);
  const groupings = await loadGroupings(inventory, nodes);
  const racks = groupings.find(({ name }) => name === rackGrouping);
  const ascii = flags.ascii || !isUtf8(context.env);
  const view = new TopView({
    title: shown.title ?? inventory.clusterName ?? 'netmon',
    cluster,
    findings: () => links.findings((node) => racks?.groupOf(node) ?? 'all'),
    groupings,
    glyphs: ascii ? asciiGlyphs : unicodeGlyphs,
    view: viewOf(flags, groupings),
    now,
    ...(player === undefined ? {} : { playback: () => player.playback }),
  });
  const findNodes = async (expression: string) => new Set(await inventory.resolve(expression));
  return await runTop(
    {
      source,
      cluster,
      view,
      screen: { colorLevel: colorLevel(flags.color, context.stdout, context.env), ascii },
      findNodes,
      opened: (screen: Screen) => terminal.lendBy(screen),
      ...(player === undefined
        ? {}
        : { paused: (paused) => player.pause(paused), travel: (wish) => player.travel(wish) }),
    },
    context,
  );
}

/** @param hint what to type without one */
export function requireTerminal({ stdin, stdout, env }: CommandContext, hint: string): void {
  if (stdin.isTTY !== true || stdout.isTTY !== true) {
    throw new HeorotError('usage', 'the full-screen view needs a terminal on stdin and stdout', { hint });
  }
  if (env['TERM'] === 'dumb') {
    throw new HeorotError(
      'usage',
      'the full-screen view needs a terminal that can move its cursor, and TERM is dumb',
      {
        hint,
      },
    );
  }
}

const columnNames: Readonly<Record<(typeof sortNames)[number], ColumnName>> = {
  node: 'node',
  rx: 'received',
  tx: 'sent',
  packets: 'packets',
  errors: 'errors',
  drops: 'drops',
  util: 'utilisation',
  retrans: 'retransmits',
  load: 'load',
  cpu: 'cpu',
  memory: 'memory',
  age: 'age',
};

function viewOf(flags: ScreenFlags, groupings: readonly Grouping[]): ViewState {
  const { view: pane, sort, 'group-by': grouping, filter } = flags;
  if (grouping !== undefined && !groupings.some(({ name }) => name === grouping)) {
    const names = groupings.map(({ name }) => name).join(', ');
    throw new HeorotError('usage', `flag --group-by: no groups of these nodes in '${grouping}'`, {
      hint: names === '' ? 'these nodes are in no group' : `one of: ${names}`,
    });
  }
  const column = columnNames[sort];
  return {
    ...initialView,
    pane,
    sort: { column, descending: column !== 'node' },
    grouping: grouping ?? null,
    filter: { ...initialView.filter, text: filter ?? '' },
    units: unitsOf(flags),
  };
}
