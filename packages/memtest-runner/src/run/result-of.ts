// From what the head has read of a run to its result: the spools of all nodes, judged, and kept in the history.

import type { SpoolStore, StoredRun } from '../follow/spool-store.ts';
import { earlierSpeeds } from '../history/earlier-speeds.ts';
import { openHistory } from '../history/open-history.ts';
import { saveRun } from '../history/save-run.ts';
import { judgeRun } from '../judge/judge-run.ts';
import type { RunResult } from '../model/run-result.ts';
import { nodeParts } from './node-parts.ts';

export interface ResultContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where a node stands, as the cluster file says. */
  readonly rackOf: (node: string) => string | null;
}

/** Judges the run as far as it has come, and keeps the result. */
export async function resultOf(
  store: SpoolStore,
  { header }: StoredRun,
  context: ResultContext,
): Promise<RunResult> {
  // Spools are read one node after the other: those of a thousand nodes need not be in memory together.
  const nodes = store
    .nodes(header.id)
    .map(({ node, state }) =>
      nodeParts(
        { node, rack: context.rackOf(node), state, files: store.files(header.id, node) },
        header.plan,
      ),
    );
  using history = await openHistory(context.env);
  const result = judgeRun({ ...header, nodes }, earlierSpeeds(history, header.cluster, header.id));
  saveRun(history, result);
  keepSpeeds(store, result);
  return result;
}

/** Less memory than this is tested in the cache, and its speed says nothing of a whole pass. */
const TELLING_BYTES = 2 ** 30;

function keepSpeeds(store: SpoolStore, { nodes }: RunResult): void {
  for (const { node, engines } of nodes) {
    const march = engines.find(
      ({ engine, bytesTested }) => engine === 'march' && bytesTested >= TELLING_BYTES,
    );
    if (march?.bytesPerSecond !== undefined && march.bytesPerSecond !== null)
      store.setSpeed(node, march.bytesPerSecond);
  }
}
