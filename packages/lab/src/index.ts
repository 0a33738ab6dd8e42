// Public surface of lab: rehearsal clusters for tests and for `heorot lab`.
export type { Fault, Lab, LabNode } from './model/lab.ts';
