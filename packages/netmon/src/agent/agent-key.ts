// The key of a cluster's agents: made at the first install, kept on the head and on the nodes with mode 600, never printed.
import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HeorotError } from '@heorot/inventory';
import { makePrivateFolder, stateFolder, withLock, writeFileAtomically } from '@heorot/state';

const keyBytes = 32;

/** Where the key of a cluster lies; clusters without a name share one. */
export function agentKeyFile(env: Readonly<Record<string, string | undefined>>, cluster: string): string {
  return join(stateFolder(env, 'netmon'), 'agent-keys', encodeURIComponent(cluster));
}

/** @throws HeorotError `agent-key` where there is none, or others can read it */
export async function readAgentKey(path: string): Promise<Uint8Array> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new HeorotError('agent-key', `no key of agents in ${path}`, {
      hint: 'netmon agent install -a makes it, and leaves agents on the nodes',
      cause: error,
    });
  });
  if (((await stat(path)).mode & 0o077) !== 0) {
    throw new HeorotError('agent-key', `others can read the key of the agents, ${path}`, {
      hint: `chmod 600 ${path}; if they may have read it: remove it, and install the agents again`,
    });
  }
  if (!/^[\da-f]{64}\n?$/.test(text)) throw new HeorotError('agent-key', `${path} holds no key of agents`);
  return Buffer.from(text.trim(), 'hex');
}

/** The key of the cluster; made if there is none. */
export async function provideAgentKey(path: string): Promise<Uint8Array> {
  await makePrivateFolder(dirname(path));
  return await withLock(`${path}.lock`, async () => {
    if (await isMissing(path)) {
      await writeFileAtomically(path, `${randomBytes(keyBytes).toString('hex')}\n`, { mode: 0o600 });
    }
    return await readAgentKey(path);
  });
}

async function isMissing(path: string): Promise<boolean> {
  return await stat(path).then(
    () => false,
    () => true,
  );
}
