// Public surface of lab: rehearsal clusters for tests and for `heorot lab`.

export type { EmbeddedAccess, EmbeddedLabOptions, NodeBehaviour } from './embedded/options.ts';
export { type EmbeddedLab, startEmbeddedLab } from './embedded/start-embedded-lab.ts';
export type { Fault, Lab, LabNode } from './model/lab.ts';
