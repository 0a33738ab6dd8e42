// A run that the head knows, with its store, and the way back to its nodes.
import { existsSync } from 'node:fs';
import type { CommandContext } from '@heorot/cli';
import { HeorotError, NodeSet } from '@heorot/inventory';
import { SpoolStore, type StoredRun, storePath } from '../follow/spool-store.ts';
import { type BurnInStage, openBurnInStage } from './burn-in-stage.ts';

export interface KnownRun extends Disposable {
  readonly run: StoredRun;
  readonly store: SpoolStore;
}

/**
 * @param operands none = the newest that began on some node: one that was refused everywhere hides none that works
 * @throws HeorotError `usage`, `run-unknown`
 */
export function openRunAtWork(
  operands: readonly string[],
  context: Pick<CommandContext, 'env'>,
): Promise<KnownRun> {
  const began = (store: SpoolStore) => (each: StoredRun) =>
    store.nodes(each.header.id).some(({ state }) => state.kind !== 'failed');
  return openRun(operands, context, (store) => store.runs().find(began(store)) ?? store.find(undefined));
}

/**
 * @param operands none = the newest
 * @throws HeorotError `usage`, `run-unknown`
 */
export function openKnownRun(
  operands: readonly string[],
  context: Pick<CommandContext, 'env'>,
): Promise<KnownRun> {
  return openRun(operands, context, (store) => store.find(undefined));
}

async function openRun(
  [wanted, ...more]: readonly string[],
  { env }: Pick<CommandContext, 'env'>,
  unnamed: (store: SpoolStore) => StoredRun | undefined,
): Promise<KnownRun> {
  if (more.length > 0) throw new HeorotError('usage', 'one run at a time');
  const path = storePath(env);
  const store = existsSync(path) ? await SpoolStore.open(path) : undefined;
  const run = store === undefined || wanted !== undefined ? store?.find(wanted) : unnamed(store);
  if (store !== undefined && run !== undefined)
    return { run, store, [Symbol.dispose]: () => store[Symbol.dispose]() };
  store?.[Symbol.dispose]();
  const message = wanted === undefined ? 'no run has been started from here' : `no run '${wanted}'`;
  throw new HeorotError('run-unknown', message, {
    hint: wanted === undefined ? 'memtest-runner run starts one' : 'memtest-runner history lists the runs',
  });
}

/** Connections to the nodes of the run, as they were reached when it was started. */
export async function stageOfRun(
  { run, store }: KnownRun,
  flags: { readonly 'connect-timeout': number | undefined; readonly quiet: boolean },
  context: CommandContext,
): Promise<BurnInStage> {
  const names = store.nodes(run.header.id).map(({ node }) => node);
  return openBurnInStage(
    {
      reach: run.reach,
      connectTimeoutMs: flags['connect-timeout'],
      select: async () => NodeSet.from(names),
      quiet: flags.quiet,
    },
    context,
  );
}
