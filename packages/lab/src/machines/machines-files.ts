// The files by which the tools know the machines of a lab: cluster.yaml, ssh_config, and a known_hosts that is empty until somebody
// has deployed them.
import { writeFile } from 'node:fs/promises';
import { labPaths } from '../folder/lab-folder.ts';
import { sshConfigText } from '../folder/ssh-files.ts';
import type { MachinePlan } from './machine-plan.ts';

export async function writeMachinesFiles(
  folder: string,
  name: string,
  plans: readonly MachinePlan[],
): Promise<void> {
  const paths = labPaths(folder);
  const nodes = plans.map((plan) => ({ name: plan.name, address: plan.address, publicKeys: [] }));
  await writeFile(paths.knownHosts, '', { mode: 0o600 });
  await writeFile(paths.sshConfig, sshConfigText({ folder, user: 'root', port: 22, nodes }), { mode: 0o600 });
  await writeFile(paths.clusterFile, machinesClusterFile(name, plans), { mode: 0o600 });
}

function machinesClusterFile(name: string, plans: readonly MachinePlan[]): string {
  return [
    '# A rehearsal cluster of machines with blank disks; made by `heorot lab`, gone with it.',
    `cluster: ${name}`,
    'defaults: {user: root, port: 22, identity: keys/id_ed25519, knownHosts: known_hosts}',
    'nodes:',
    ...plans.map(
      ({ name: node, address, mac, firmware }) =>
        `  ${node}: {address: ${address}, mac: "${mac}", labels: {firmware: ${firmware}}}`,
    ),
    '',
  ].join('\n');
}
