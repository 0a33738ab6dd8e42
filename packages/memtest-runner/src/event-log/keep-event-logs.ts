// Reads the event logs of BMCs before a run and after it, for the nodes whose `bmc` the cluster file knows.
import type { CommandContext } from '@heorot/cli';
import { HeorotError, type Inventory, NodeSet } from '@heorot/inventory';
import type { SpoolStore } from '../follow/spool-store.ts';
import { EVENT_LOG_FILE, eventLogLine } from './kept-event-log.ts';
import { readEventLog } from './read-event-log.ts';

export interface EventLogsToKeep {
  readonly run: string;
  readonly nodes: Iterable<string>;
  readonly when: 'before' | 'after';
  readonly store: SpoolStore;
  readonly inventory: Inventory;
  /** So many BMCs at a time. */
  readonly fanoutWidth: number;
}

/** A BMC that does not answer is said, and its log stays unknown. */
export async function keepEventLogs(
  { run, nodes, when, store, inventory, fanoutWidth }: EventLogsToKeep,
  { env, signal, stderr, theme }: Pick<CommandContext, 'env' | 'signal' | 'stderr' | 'theme'>,
): Promise<void> {
  const failures = new Map<string, string>();
  const waiting = [...nodes].flatMap((node) => {
    const { bmc } = inventory.node(node);
    const kept = store.offsets(run, node).get(EVENT_LOG_FILE);
    // What came during the run can be told only from what was there before.
    return bmc === undefined || (when === 'after') !== (kept !== undefined)
      ? []
      : [{ node, bmc, offset: kept ?? 0 }];
  });
  const reader = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && !signal.aborted; next = waiting.shift()) {
      const { node, bmc, offset } = next;
      try {
        const bytes = eventLogLine(await readEventLog(node, bmc, { env, signal }));
        store.keep(run, [{ node, file: EVENT_LOG_FILE, offset, bytes }]);
      } catch (error) {
        if (!(error instanceof HeorotError)) throw error;
        failures.set(node, error.message);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(fanoutWidth, waiting.length) }, reader));
  for (const [why, alike] of Map.groupBy(failures, ([, message]) => message)) {
    const named = NodeSet.from(alike.map(([node]) => node)).toString();
    stderr.write(`${theme.stderr.warning(`${named}:`)} ${why}\n`);
  }
}
