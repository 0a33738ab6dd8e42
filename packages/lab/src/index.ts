// Public surface of lab: rehearsal clusters for tests and for `heorot lab`.
export { endLab } from './daemon/end-lab.ts';
export { labDaemonMain } from './daemon/lab-daemon-main.ts';
export { openLab, type RunningLab } from './daemon/open-lab.ts';
export { type LabDaemonOptions, startLabDaemon } from './daemon/start-lab-daemon.ts';
export type { EmbeddedAccess, EmbeddedLabOptions, NodeBehaviour } from './embedded/options.ts';
export { type EmbeddedLab, startEmbeddedLab } from './embedded/start-embedded-lab.ts';
export type { KeyType } from './keys/key-pair.ts';
export type { Accelerator } from './machines/accelerator.ts';
export { Machine, type Power } from './machines/machine.ts';
export type { BlankDisk, BootOrder, DirectKernel, Firmware, MachinePlan } from './machines/machine-plan.ts';
export {
  type MachineOptions,
  type MachinesLab,
  type MachinesLabOptions,
  startMachinesLab,
} from './machines/start-machines-lab.ts';
export type { Fault, Lab, LabNode } from './model/lab.ts';
export type { NodeCondition } from './model/node-condition.ts';
export {
  type NamespacesLab,
  type NamespacesLabOptions,
  type SshdSettings,
  startNamespacesLab,
} from './namespaces/start-namespaces-lab.ts';
export { schemaFaults } from './schema/schema-faults.ts';
export {
  type SlurmCluster,
  type SlurmClusterOptions,
  slurmConfines,
  startSlurmCluster,
} from './slurm/start-slurm-cluster.ts';
export { openTerminal, type TerminalOptions, type TestTerminal } from './terminal/open-terminal.ts';
