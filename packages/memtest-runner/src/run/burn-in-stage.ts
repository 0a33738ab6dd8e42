// What every verb that touches nodes stands on: the inventory, connections, and the question asked of many nodes at once.
import { type CommandContext, openCommandInventory } from '@heorot/cli';
import {
  type Command,
  describeOutcome,
  type Fanout,
  type Outcome,
  openFanout,
  type Target,
  targetsOf,
} from '@heorot/fanout';
import type { Inventory, NodeSet } from '@heorot/inventory';
import type { Reach } from '../follow/spool-store.ts';

export interface BurnInStage extends AsyncDisposable {
  readonly inventory: Inventory;
  readonly nodes: NodeSet;
  readonly targets: readonly Target[];
  readonly fanout: Fanout;
}

export interface StageOptions {
  readonly reach: Reach;
  readonly connectTimeoutMs: number | undefined;
  /** Which nodes, once the inventory is there. */
  readonly select: (inventory: Inventory) => Promise<NodeSet>;
  readonly quiet: boolean;
}

/** Sessions are kept: planning, starting and following a node take one connection. */
export async function openBurnInStage(options: StageOptions, context: CommandContext): Promise<BurnInStage> {
  const { reach, connectTimeoutMs, select, quiet } = options;
  const inventory = await openCommandInventory({ cluster: reach.clusterFile ?? undefined }, context);
  const nodes = await select(inventory);
  const targets = targetsOf(inventory, nodes, {
    ...(reach.user === null ? {} : { user: reach.user }),
    ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
  });
  const fanout = openFanout({
    inventory,
    connection: { sshConfigFile: reach.sshConfig ?? undefined, transport: reach.transport ?? undefined },
    keepSessions: true,
    note: (node, text) => {
      if (!quiet) context.stderr.write(`${context.theme.stderr.warning(`${node}:`)} ${text}\n`);
    },
  });
  return { inventory, nodes, targets, fanout, [Symbol.asyncDispose]: () => fanout[Symbol.asyncDispose]() };
}

export interface Answers {
  /** What nodes that ended `ok` printed. */
  readonly texts: ReadonlyMap<string, string>;
  readonly failures: ReadonlyMap<string, Failure>;
}

/** Why a node takes no part, in words; `reached`: it is the node that says so, not the way there. */
export interface Failure {
  readonly why: string;
  readonly reached: boolean;
}

/** An answer longer than this is none. */
const LONGEST_ANSWER = 256 * 1024;

export interface AskOptions {
  readonly fanout: number;
  readonly commandTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** Asks the same of all targets and waits for every answer. */
export async function askAll(
  fanout: Fanout,
  targets: readonly Target[],
  command: Command,
  options: AskOptions,
): Promise<Answers> {
  const run = fanout.run(targets, command, {
    schedule: { fanout: options.fanout },
    commandTimeoutMs: options.commandTimeoutMs,
    signal: options.signal,
  });
  const said = new Map<string, string>();
  for await (const event of run) {
    if (event.kind !== 'stdout') continue;
    const text = said.get(event.node) ?? '';
    if (text.length < LONGEST_ANSWER) said.set(event.node, text + Buffer.from(event.data).toString('utf8'));
  }
  const { results } = await run.summary;
  const answered = results.filter(({ outcome }) => outcome.kind === 'ok');
  return {
    texts: new Map(answered.map(({ node }) => [node, said.get(node) ?? ''])),
    failures: new Map(
      results.flatMap(({ node, outcome }) =>
        outcome.kind === 'ok' ? [] : [[node, failureOf(outcome)] as const],
      ),
    ),
  };
}

function failureOf(outcome: Outcome): Failure {
  return { why: describeOutcome(outcome), reached: outcome.kind === 'exit' || outcome.kind === 'signal' };
}
