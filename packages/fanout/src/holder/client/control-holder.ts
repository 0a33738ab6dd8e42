// What a person asks of the holder: what it holds, and to let it go.
import { HeorotError } from '@heorot/inventory';
import { type Environment, findHolderPlace } from '../place/holder-place.ts';
import type { HolderStatus } from '../wire/messages.ts';
import { HolderClient, type Revocation } from './holder-client.ts';

/**
 * What the user's holder holds; undefined when there is none.
 * @throws HeorotError `holder-place`, `holder-unfit`
 */
export async function holderStatus(env: Environment = process.env): Promise<HolderStatus | undefined> {
  return await withHolder(env, (client) => client.status());
}

/**
 * Closes the held connections of these nodes; those in use when the runs that use them are done.
 * @throws HeorotError `holder-place`, `holder-unfit`
 */
export async function revokeHeld(
  nodes: readonly string[],
  env: Environment = process.env,
): Promise<Revocation | undefined> {
  return await withHolder(env, (client) => client.revoke(nodes));
}

/**
 * Closes all held connections as {@link revokeHeld}, and with the last of them the holder. One of another version is
 * ended at once.
 * @throws HeorotError `holder-place`, `holder-unfit`
 */
export async function closeHolder(env: Environment = process.env): Promise<Revocation | undefined> {
  return await withHolder(env, (client) => client.leave(), endAtOnce);
}

async function withHolder<Answer>(
  env: Environment,
  ask: (client: HolderClient) => Promise<Answer>,
  ofOtherVersion?: (pid: number) => Answer,
): Promise<Answer | undefined> {
  await using place = await findHolderPlace(env);
  if (place === undefined) return undefined;
  const found = await HolderClient.find(place);
  if (found instanceof HolderClient) {
    await using client = found;
    return await ask(client);
  }
  if (found.kind === 'absent') return undefined;
  if (found.kind === 'version' && ofOtherVersion !== undefined) return ofOtherVersion(found.pid);
  const why = found.kind === 'version' ? `process ${found.pid} is of another version` : found.reason;
  throw new HeorotError('holder-unfit', `the holder in ${place.path} cannot be asked: ${why}`, {
    hint: found.kind === 'version' ? 'dsh holder close' : `ls -l ${place.path}`,
  });
}

/** It has proven that it is ours. */
function endAtOnce(pid: number): Revocation {
  process.kill(pid, 'SIGTERM');
  return { closed: 0, inUse: 0 };
}
