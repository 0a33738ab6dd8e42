// The namespaces lab: OpenSSH's sshd per node, in namespaces of its own, on a private network that only this machine reaches.
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HeorotError } from '@heorot/inventory';
import { labPaths, writeLabFolder } from '../folder/lab-folder.ts';
import { writeEncryptedKey } from '../keys/encrypted-key.ts';
import { generateKeyPair, type KeyPair, type KeyType } from '../keys/key-pair.ts';
import { faultByName } from '../model/fault-by-name.ts';
import type { Lab } from '../model/lab.ts';
import { planNodes } from '../plan/node-plan.ts';
import type { NodeInit } from './boot-script.ts';
import { cableNode, createNetwork, MAX_NODES, nodeNamespace } from './lab-network.ts';
import { makeHostKeys, NamespaceNode } from './namespace-node.ts';
import { writeHostKeys, writeNodeSystem } from './node-system.ts';
import { recordNamespaces, removeNamespaces } from './remove-namespaces.ts';
import { checkRequirements, findProgram } from './requirements.ts';

export interface NamespacesLabOptions {
  /** Absolute; made if it does not exist. */
  readonly folder: string;
  /** 8 unless told; 250 at most. */
  readonly nodes?: number;
  readonly name?: string;
  /** A number in [0, 1), for the subnet; Math.random unless told. */
  readonly random?: () => number;
  /** By node name; `*` is for nodes that are not named. */
  readonly sshd?: Readonly<Record<string, SshdSettings>>;
  /** Process 1 of the nodes: sshd unless told. With `systemd` all of a node's cgroups are its own, and units outlast its reboot. */
  readonly init?: NodeInit;
  /** Also writes keys/id_encrypted, which every node accepts, under this passphrase. */
  readonly passphrase?: string;
}

export interface SshdSettings {
  /** ed25519 alone unless told. */
  readonly hostKeys?: readonly KeyType[];
  /** Lines of sshd_config(5), which win over the lab's own: `KexAlgorithms ...`, `MaxSessions 1`. */
  readonly config?: readonly string[];
}

export interface NamespacesLab extends Lab {
  readonly kind: 'namespaces';
  /** A second private key, accepted by every node; only with `passphrase`. */
  readonly encryptedIdentity: string | undefined;
}

/**
 * Starts a namespaces lab; needs root. Root and the plain user `heorot` can log in with the lab's key.
 *
 * @throws HeorotError `lab-needs-root`, `lab-needs-programs`, `lab-too-large`, `lab-no-subnet`, `lab-node-failed`
 * @example await using lab = await startNamespacesLab({ folder: '/tmp/lab', nodes: 4 });
 */
export async function startNamespacesLab(options: NamespacesLabOptions): Promise<NamespacesLab> {
  const {
    folder,
    nodes: count = 8,
    name = 'rehearsal',
    random = Math.random,
    sshd: settings = {},
    init = 'sshd',
  } = options;
  if (count > MAX_NODES) {
    throw new HeorotError('lab-too-large', `a namespaces lab has at most ${MAX_NODES} nodes, not ${count}`, {
      hint: 'an embedded lab takes thousands',
    });
  }
  await checkRequirements(init);
  await mkdir(join(folder, 'keys'), { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const userKey = await generateKeyPair();
  const encrypted = await writeEncryptedKey(folder, options.passphrase);
  const network = await createNetwork(random);
  const plans = planNodes(count, (index) => `${network.prefix}.${index}`);
  const namespaces = [network.switchNamespace, ...plans.map((plan) => nodeNamespace(network, plan.name))];
  await recordNamespaces(folder, namespaces);
  try {
    const sshd = (await findProgram('sshd')) ?? '/usr/sbin/sshd';
    const authorizedKeys = [userKey, encrypted?.pair].flatMap((key) => (key ? [key.publicKey] : []));
    const nodes: { plan: (typeof plans)[number]; hostKeys: KeyPair[]; node: NamespaceNode }[] = [];
    for (const plan of plans) {
      const { hostKeys: types = ['ed25519'], config = [] } = settings[plan.name] ?? settings['*'] ?? {};
      const facts = { labFolder: folder, plan, hosts: plans, init, sshd, sshdConfig: config, authorizedKeys };
      const system = await writeNodeSystem(facts);
      const hostKeys = await makeHostKeys(types);
      await writeHostKeys(system, hostKeys);
      await cableNode(network, plan.name, plan.index);
      nodes.push({
        plan,
        hostKeys: [...hostKeys.values()],
        node: new NamespaceNode(plan, network, system, hostKeys),
      });
    }
    await Promise.all(nodes.map(({ node }) => node.boot()));
    await writeLabFolder({ folder, clusterName: name, user: 'root', port: 22, nodes, userKey });
    return namespacesLab(
      folder,
      nodes.map(({ node }) => node),
      encrypted?.path,
    );
  } catch (error) {
    await removeNamespaces(folder);
    throw error;
  }
}

function namespacesLab(
  folder: string,
  nodes: readonly NamespaceNode[],
  encryptedIdentity: string | undefined,
): NamespacesLab {
  return {
    kind: 'namespaces',
    ...labPaths(folder),
    encryptedIdentity,
    nodes,
    fault: faultByName(nodes),
    async [Symbol.asyncDispose](): Promise<void> {
      await Promise.all(nodes.map((node) => node.kill()));
      await removeNamespaces(folder);
    },
  };
}
