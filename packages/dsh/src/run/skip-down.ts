// --skip-down: nodes that could not be reached a moment ago are left out, and said to be.
import { formatDuration } from '@heorot/cli';
import type { NodeResult } from '@heorot/fanout';
import { readHistory } from '../history/history-reader.ts';

const recentMs = 15 * 60 * 1000;

/** A result for each node to leave out. */
export function downNodes(
  historyFile: string,
  nodes: ReadonlySet<string>,
  now: number,
): readonly NodeResult[] {
  using history = readHistory(historyFile);
  const down: NodeResult[] = [];
  for (const [node, { at, outcome }] of history.downSince(now - recentMs)) {
    if (!nodes.has(node)) continue;
    const reason = `${outcome.kind} ${formatDuration(Math.max(1000, now - at))} ago`;
    down.push({ node, outcome: { kind: 'skipped', reason }, elapsedMs: 0 });
  }
  return down;
}
