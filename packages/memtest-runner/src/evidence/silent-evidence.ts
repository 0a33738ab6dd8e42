// The evidence of a node that has told nothing.
import type { NodeEvidence } from '../model/run-result.ts';

export const silentEvidence: Omit<NodeEvidence, 'survival'> = {
  oomKills: null,
  dimms: null,
  unassigned: null,
  throttleEvents: null,
  corruptedBytes: null,
  machineChecks: null,
  kernelLog: null,
  rasEvents: null,
  eventLog: null,
  temperatures: null,
  mhz: null,
  pressure: null,
  stealSeconds: null,
  memoryBytes: null,
  readings: 0,
};
