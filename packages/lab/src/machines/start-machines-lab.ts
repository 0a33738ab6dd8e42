// The machines lab: QEMU machines with blank disks on a private network, this machine being its head. What boots them, and what
// becomes of their disks, is the business of whoever uses the lab.
import { access, chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HeorotError } from '@heorot/inventory';
import { labPaths, writeKeyPair } from '../folder/lab-folder.ts';
import { generateKeyPair } from '../keys/key-pair.ts';
import { faultByName } from '../model/fault-by-name.ts';
import type { Lab } from '../model/lab.ts';
import { createNetwork, type LabNetwork } from '../namespaces/lab-network.ts';
import { recordNamespaces, removeNamespaces } from '../namespaces/remove-namespaces.ts';
import { runProgram } from '../namespaces/run-program.ts';
import { type Accelerator, probeAccelerator } from './accelerator.ts';
import { Machine } from './machine.ts';
import type { BlankDisk, DirectKernel, Firmware, MachinePlan } from './machine-plan.ts';
import { checkMachineRequirements } from './machine-requirements.ts';
import { writeMachinesFiles } from './machines-files.ts';

export interface MachinesLabOptions {
  /** Absolute; made if it does not exist. */
  readonly folder: string;
  readonly name?: string;
  /** One BIOS machine with a disk of 4 GB unless told. */
  readonly machines?: readonly MachineOptions[];
  /** `probe` boots `kernel` under KVM to see whether it works; without a kernel it is emulation. */
  readonly accelerator?: Accelerator | 'probe';
  readonly kernel?: string;
  /** A number in [0, 1), for the subnet; Math.random unless told. */
  readonly random?: () => number;
}

export interface MachineOptions {
  readonly firmware?: Firmware;
  readonly memoryMib?: number;
  readonly processors?: number;
  readonly disks?: readonly BlankDisk[];
  readonly kernel?: DirectKernel;
}

export interface MachinesLab extends Lab {
  readonly kind: 'machines';
  readonly nodes: readonly Machine[];
  readonly accelerator: Accelerator;
  /** The head's own interface on the machines' network, and its address there. */
  readonly head: { readonly interface: string; readonly address: string; readonly prefixLength: 24 };
}

/** A tap is named after its machine; addresses end before the head's, 254. */
const MAX_MACHINES = 64;

/**
 * Starts a machines lab, all machines off; needs root. The lab's key is the user's; nobody knows it until a machine is deployed.
 *
 * @throws HeorotError `lab-needs-root`, `lab-needs-programs`, `lab-too-large`, `lab-no-subnet`
 * @example await using lab = await startMachinesLab({ folder: '/tmp/lab', machines: [{ firmware: 'uefi' }] });
 */
export async function startMachinesLab(options: MachinesLabOptions): Promise<MachinesLab> {
  const { folder, name = 'rehearsal', machines = [{}], random = Math.random } = options;
  if (machines.length > MAX_MACHINES)
    throw new HeorotError('lab-too-large', `a machines lab has at most ${MAX_MACHINES} machines`);
  await checkMachineRequirements(machines.some(({ firmware }) => firmware === 'uefi'));
  const accelerator = await chooseAccelerator(options);
  await mkdir(join(folder, 'keys'), { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const network = await createNetwork(random);
  await recordNamespaces(folder, [network.switchNamespace]);
  try {
    const plans = machines.map((each, at) => planMachine(each, at + 1, network));
    const nodes = plans.map((plan) => new Machine(plan, folder, network, accelerator));
    for (const node of nodes) {
      await node.build();
      await cableMachine(network, node.name);
    }
    await writeKeyPair(labPaths(folder).identity, await generateKeyPair());
    await writeMachinesFiles(folder, name, plans);
    return machinesLab(folder, nodes, network, accelerator);
  } catch (error) {
    await removeNamespaces(folder);
    throw error;
  }
}

function machinesLab(
  folder: string,
  nodes: readonly Machine[],
  network: LabNetwork,
  accelerator: Accelerator,
): MachinesLab {
  return {
    kind: 'machines',
    ...labPaths(folder),
    nodes,
    accelerator,
    head: { interface: network.headInterface, address: `${network.prefix}.254`, prefixLength: 24 },
    fault: faultByName(nodes),
    async [Symbol.asyncDispose](): Promise<void> {
      await Promise.all(nodes.map((node) => node.powerOff()));
      await removeNamespaces(folder);
    },
  };
}

function planMachine(options: MachineOptions, index: number, { prefix }: LabNetwork): MachinePlan {
  const [, second = 0, third = 0] = prefix.split('.').map(Number);
  const name = `n${index}`;
  return {
    index,
    name,
    address: `${prefix}.${index}`,
    mac: ['52:54:00', ...[second, third, index].map((byte) => byte.toString(16).padStart(2, '0'))].join(':'),
    firmware: options.firmware ?? 'bios',
    memoryMib: options.memoryMib ?? 1536,
    processors: options.processors ?? 2,
    disks: options.disks ?? [{ serial: `DISK-${name}`, sizeBytes: 4e9 }],
    kernel: options.kernel,
  };
}

/** A tap that bears the machine's name, plugged into the switch. */
async function cableMachine({ switchNamespace }: LabNetwork, name: string): Promise<void> {
  const inside = ['-n', switchNamespace];
  await runProgram('ip', [...inside, 'tuntap', 'add', name, 'mode', 'tap']);
  await runProgram('ip', [...inside, 'link', 'set', name, 'master', 'bridge', 'up']);
}

async function chooseAccelerator({
  accelerator = 'probe',
  kernel,
}: MachinesLabOptions): Promise<Accelerator> {
  if (accelerator !== 'probe') return accelerator;
  const readable =
    kernel !== undefined &&
    (await access(kernel).then(
      () => true,
      () => false,
    ));
  return readable ? probeAccelerator(kernel) : 'tcg';
}
