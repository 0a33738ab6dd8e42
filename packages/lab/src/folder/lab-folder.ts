// The one folder a lab writes: keys, known_hosts, ssh_config and the cluster file that makes every tool work on it at once.
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyPair } from '../keys/key-pair.ts';
import type { NodePlan } from '../plan/node-plan.ts';
import { clusterFileText } from './cluster-file.ts';
import { knownHostsText, sshConfigText } from './ssh-files.ts';

export interface LabPaths {
  readonly folder: string;
  readonly clusterFile: string;
  readonly knownHosts: string;
  readonly sshConfig: string;
  readonly identity: string;
}

export function labPaths(folder: string): LabPaths {
  return {
    folder,
    clusterFile: join(folder, 'cluster.yaml'),
    knownHosts: join(folder, 'known_hosts'),
    sshConfig: join(folder, 'ssh_config'),
    identity: join(folder, 'keys', 'id_ed25519'),
  };
}

export interface LabFolderFacts {
  readonly folder: string;
  readonly clusterName: string;
  readonly user: string;
  readonly port: number;
  readonly nodes: readonly { readonly plan: NodePlan; readonly hostKeys: readonly KeyPair[] }[];
  readonly userKey: KeyPair;
}

/** Writes everything but nodes/NAME/. Only the owner may enter: tools refuse inventories that others can change. */
export async function writeLabFolder(facts: LabFolderFacts): Promise<LabPaths> {
  const paths = labPaths(facts.folder);
  await mkdir(join(facts.folder, 'keys'), { recursive: true, mode: 0o700 });
  await chmod(facts.folder, 0o700);
  await writeKeyPair(paths.identity, facts.userKey);
  const nodes = facts.nodes.map(({ plan, hostKeys }) => ({
    name: plan.name,
    address: plan.address,
    publicKeys: hostKeys.map((key) => key.publicKey),
  }));
  const ssh = { folder: facts.folder, user: facts.user, port: facts.port, nodes };
  await writeFile(paths.knownHosts, knownHostsText(ssh), { mode: 0o600 });
  await writeFile(paths.sshConfig, sshConfigText(ssh), { mode: 0o600 });
  const plans = facts.nodes.map(({ plan }) => plan);
  await writeFile(
    paths.clusterFile,
    clusterFileText({ name: facts.clusterName, user: facts.user, port: facts.port, nodes: plans }),
    { mode: 0o600 },
  );
  return paths;
}

export async function writeKeyPair(path: string, key: KeyPair): Promise<void> {
  await writeFile(path, key.privateKey, { mode: 0o600 });
  await writeFile(`${path}.pub`, `${key.publicKey} heorot-lab\n`, { mode: 0o644 });
}
