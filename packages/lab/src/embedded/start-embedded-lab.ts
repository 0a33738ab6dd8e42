// The embedded lab: N real SSH servers in this process, each on a loopback address of its own. Needs no root.
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { HeorotError } from '@heorot/inventory';
import type { ParsedKey } from 'ssh2';
import { labPaths, writeLabFolder } from '../folder/lab-folder.ts';
import { writeEncryptedKey } from '../keys/encrypted-key.ts';
import { generateKeyPair, type KeyPair } from '../keys/key-pair.ts';
import { faultByName } from '../model/fault-by-name.ts';
import type { Lab } from '../model/lab.ts';
import { loopbackBlock } from '../plan/loopback-block.ts';
import { type NodePlan, planNodes } from '../plan/node-plan.ts';
import type { EmbeddedNeighbourhood, EmbeddedNode } from './embedded-node.ts';
import { signalMarked } from './marked-processes.ts';
import type { EmbeddedLabOptions } from './options.ts';

export interface EmbeddedLab extends Lab {
  readonly kind: 'embedded';
  readonly port: number;
  /** A second private key, accepted by every node; only with `access.passphrase`. */
  readonly encryptedIdentity: string | undefined;
}

/** Labs up to this size have all their files from the start; in larger ones a node's files come with its first command. */
const EAGER_NODES = 64;

/**
 * Starts an embedded lab: 8 nodes in well under a second, 1000 in a few.
 *
 * @throws HeorotError `lab-no-address` when no port is free on all of the lab's addresses
 * @example await using lab = await startEmbeddedLab({ folder: '/tmp/lab' });
 */
export async function startEmbeddedLab(options: EmbeddedLabOptions): Promise<EmbeddedLab> {
  const { folder, nodes: count = 8, name = 'rehearsal', random = Math.random, access = {} } = options;
  const behaviourOf = (node: string) => options.behaviours?.[node] ?? options.behaviours?.['*'] ?? {};
  const userKey = await generateKeyPair();
  const token = options.token ?? randomUUID();
  const user = userInfo().username;
  await mkdir(join(folder, 'keys'), { recursive: true, mode: 0o700 });
  const encrypted = await writeEncryptedKey(folder, access.passphrase);
  const credentials = { keys: await parseKeys(userKey, encrypted?.pair), password: access.password };

  for (let attempt = 1; ; attempt++) {
    const plans = planNodes(count, loopbackBlock(count, random));
    const port = 20_000 + Math.floor(random() * 12_000);
    const neighbourhood = { folder, port, token, credentials, addressOf: addressBook(plans) };
    const nodes = await createNodes(plans, neighbourhood, behaviourOf);
    try {
      await Promise.all(nodes.map(({ node }) => node.start()));
    } catch (error) {
      await Promise.all(nodes.map(({ node }) => node.stop()));
      if (attempt < 10) continue;
      throw new HeorotError('lab-no-address', 'no free port on 127.0.0.0/8 for the lab', {
        hint: 'the embedded lab needs Linux, where the whole of 127.0.0.0/8 is loopback',
        cause: error,
      });
    }
    const hosts = nodes.map(({ plan, hostKey }) => ({ plan, hostKeys: [hostKey] }));
    await writeLabFolder({ folder, clusterName: name, user, port, nodes: hosts, userKey });
    if (count <= EAGER_NODES) await Promise.all(nodes.map(({ node }) => node.prepare()));
    return embeddedLab(
      neighbourhood,
      nodes.map(({ node }) => node),
      encrypted?.path,
    );
  }
}

function embeddedLab(
  { folder, port, token }: EmbeddedNeighbourhood,
  nodes: readonly EmbeddedNode[],
  encryptedIdentity: string | undefined,
): EmbeddedLab {
  return {
    kind: 'embedded',
    ...labPaths(folder),
    port,
    encryptedIdentity,
    nodes,
    fault: faultByName(nodes),
    async [Symbol.asyncDispose](): Promise<void> {
      for (const node of nodes) node.close();
      await signalMarked(`${token}/`, 'SIGKILL');
    },
  };
}

async function createNodes(
  plans: readonly NodePlan[],
  neighbourhood: EmbeddedNeighbourhood,
  behaviourOf: (node: string) => NonNullable<EmbeddedLabOptions['behaviours']>[string],
): Promise<readonly { plan: NodePlan; node: EmbeddedNode; hostKey: KeyPair }[]> {
  const { EmbeddedNode } = await import('./embedded-node.ts');
  return Promise.all(
    plans.map(async (plan) => {
      const behaviour = behaviourOf(plan.name);
      const hostKey = await generateKeyPair(behaviour.hostKey);
      return { plan, hostKey, node: new EmbeddedNode(plan, neighbourhood, behaviour, hostKey) };
    }),
  );
}

function addressBook(plans: readonly NodePlan[]): (host: string) => string | undefined {
  const addresses = new Map(
    plans.flatMap(({ name, address }) => [
      [name, address],
      [address, address],
    ]),
  );
  return (host) => addresses.get(host);
}

async function parseKeys(...pairs: readonly (KeyPair | undefined)[]): Promise<readonly ParsedKey[]> {
  const { utils } = (await import('ssh2')).default;
  return pairs.flatMap((pair) => {
    const key = pair && utils.parseKey(pair.publicKey);
    return !key || key instanceof Error ? [] : [key];
  });
}
