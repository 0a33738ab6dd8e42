// --skip-down: nodes that are down are left out before anything is started, and said to be.
import { type CommandContext, formatDuration } from '@heorot/cli';
import type { NodeResult, Target } from '@heorot/fanout';
import { HeorotError, NodeSet } from '@heorot/inventory';
import type { DshFlags } from '../flags/dsh-flags.ts';
import { type HistoryReader, readHistory } from '../history/history-reader.ts';
import { historyPath } from './keep-history.ts';
import type { Stage } from './open-stage.ts';
import { headOf } from './outcome-text.ts';

/** How long the history counts. */
const recentMs = 15 * 60 * 1000;

export interface WhoIsUp {
  readonly up: readonly Target[];
  /** A result for each node that is left out, `skipped`. */
  readonly down: readonly NodeResult[];
}

/** All nodes, unless those that are down were to be left out; says who they are. */
export async function whoTakesPart(
  stage: Pick<Stage, 'targets' | 'fanout'>,
  flags: Pick<DshFlags, 'skip-down' | 'quiet'>,
  context: Pick<CommandContext, 'env' | 'signal' | 'stderr'>,
): Promise<WhoIsUp> {
  if (!flags['skip-down']) return { up: stage.targets, down: [] };
  const who = await whoIsUp(stage, context, Date.now());
  const line = skippedLine(who, (nodes) => NodeSet.from(nodes).toString());
  if (line !== undefined && !flags.quiet) context.stderr.write(`${line}\n`);
  return who;
}

/**
 * Who answered or hung a moment ago is in the history; of all others the port is asked. A node that refused is asked
 * again, because it may be back, but one that hung is not: its kernel takes connections that nobody answers.
 */
async function whoIsUp(
  { targets, fanout }: Pick<Stage, 'targets' | 'fanout'>,
  context: Pick<CommandContext, 'env' | 'signal'>,
  now: number,
): Promise<WhoIsUp> {
  const tried = lastTried(context, now - recentMs);
  const reasons = new Map<string, string>();
  const asked: Target[] = [];
  for (const target of targets) {
    const last = tried.get(target.node);
    if (last?.outcome.kind === 'connect-timeout') reasons.set(target.node, `no answer ${ago(last.at, now)}`);
    else if (last === undefined || last.outcome.kind === 'unreachable') asked.push(target);
  }
  for (const { node, reason } of await fanout.probe(asked, context.signal)) reasons.set(node, reason);
  return {
    up: targets.filter(({ node }) => !reasons.has(node)),
    down: targets.flatMap(({ node }) => {
      const reason = reasons.get(node);
      return reason === undefined ? [] : [{ node, outcome: { kind: 'skipped', reason }, elapsedMs: 0 }];
    }),
  };
}

/** Nothing where there is no history: it is a convenience. */
function lastTried(
  { env }: Pick<CommandContext, 'env'>,
  since: number,
): ReturnType<HistoryReader['lastTried']> {
  try {
    using history = readHistory(historyPath(env));
    return history.lastTried(since);
  } catch (error) {
    if (!(error instanceof HeorotError)) throw error;
    return new Map();
  }
}

/**
 * One line that says who was left out and why.
 * @example `2 of 8 nodes are down and skipped: n4 (connection refused), n7 (no answer 3 min ago)`
 */
export function skippedLine(
  { up, down }: WhoIsUp,
  fold: (nodes: readonly string[]) => string,
): string | undefined {
  if (down.length === 0) return undefined;
  const byReason = Map.groupBy(down, ({ node, outcome }) =>
    outcome.kind === 'skipped' ? headOf(outcome.reason, node) : '',
  );
  const parts = [...byReason].map(([reason, nodes]) => `${fold(nodes.map(({ node }) => node))} (${reason})`);
  const total = up.length + down.length;
  const are = down.length === 1 ? 'is' : 'are';
  return `${down.length} of ${total} ${total === 1 ? 'node' : 'nodes'} ${are} down and skipped: ${parts.join(', ')}`;
}

/** In whole minutes, so that nodes of one run share a reason. */
function ago(at: number, now: number): string {
  const minutes = Math.floor((now - at) / 60_000);
  return minutes === 0 ? 'a moment ago' : `${formatDuration(minutes * 60_000)} ago`;
}
