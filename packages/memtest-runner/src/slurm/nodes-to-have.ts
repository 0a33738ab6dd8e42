// Which of the nodes Slurm would give to a burn-in now, and how much of each: asked before anything is planned.
import type { Capacity } from '../node/capacity.ts';
import type { Failure } from '../run/burn-in-stage.ts';
import { runSlurm, type SlurmContext } from './run-slurm.ts';
import { parseSlurmNodes, type SlurmNode, unavailable } from './slurm-nodes.ts';

export interface NodesToHave {
  /** Of the nodes that get a job; their memory is what Slurm gives away of it. */
  readonly capacities: ReadonlyMap<string, Capacity>;
  /** Why the others get none. */
  readonly failures: ReadonlyMap<string, Failure>;
}

/** @param queue nodes that are at work are waited for. @throws HeorotError `slurm-failed` */
export async function nodesToHave(
  capacities: ReadonlyMap<string, Capacity>,
  queue: boolean,
  context: SlurmContext,
): Promise<NodesToHave> {
  const known = await slurmNodes(context);
  const free = new Map<string, Capacity>();
  const failures = new Map<string, Failure>();
  for (const [node, capacity] of capacities) {
    const slurm = known.get(node);
    const why = unavailable(slurm, queue);
    if (why === null) free.set(node, withinJob(capacity, slurm?.memoryBytes ?? null));
    else failures.set(node, { why, reached: true });
  }
  return { capacities: free, failures };
}

/** A job is confined to the RealMemory of its node (slurm.conf(5)), which may be less than there is. */
function withinJob(capacity: Capacity, memoryBytes: number | null): Capacity {
  if (memoryBytes === null) return capacity;
  return { ...capacity, availableBytes: Math.min(capacity.availableBytes, memoryBytes) };
}

export async function slurmNodes(context: SlurmContext): Promise<ReadonlyMap<string, SlurmNode>> {
  const nodes = parseSlurmNodes(await runSlurm('scontrol', ['show', 'node', '--oneliner'], context));
  return new Map(nodes.map((each) => [each.node, each]));
}
