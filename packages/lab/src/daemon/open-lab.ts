// A running lab seen from another process.
import { HeorotError } from '@heorot/inventory';
import { labPaths } from '../folder/lab-folder.ts';
import type { Fault, Lab } from '../model/lab.ts';
import { isRunning, readRecord } from './daemon-record.ts';
import { ask, type NodeStatus } from './protocol.ts';

/** Disposing it lets go of it; the lab stays (see endLab). */
export interface RunningLab extends Lab {
  readonly pid: number;
  readonly startedAt: Date;
  readonly nodes: readonly NodeStatus[];
}

/**
 * Opens the lab that a daemon runs in `folder`; `nodes` are as they are now.
 * @throws HeorotError `lab-not-running` when there is none, or only what is left of one
 */
export async function openLab(folder: string): Promise<RunningLab> {
  const record = await readRecord(folder);
  if (!record || !(await isRunning(record))) {
    throw new HeorotError(
      'lab-not-running',
      record ? 'the lab has ended without cleaning up' : 'no lab is running',
      {
        hint: record ? 'heorot lab down cleans up; heorot lab up starts a new one' : 'heorot lab up',
      },
    );
  }
  const status = await ask(folder, { kind: 'status' });
  return {
    kind: record.kind,
    ...labPaths(folder),
    pid: record.pid,
    startedAt: new Date(record.startedAt),
    nodes: status.kind === 'status' ? status.nodes : [],
    async fault(node: string, fault: Fault): Promise<void> {
      await ask(folder, { kind: 'fault', node, fault });
    },
    async [Symbol.asyncDispose](): Promise<void> {},
  };
}
