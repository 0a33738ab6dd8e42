// One Slurm job a node, which is the supervisor of the run itself: exclusive, never started a second time, found again by its name.
import { HeorotError } from '@heorot/inventory';
import type { Failure } from '../run/burn-in-stage.ts';
import { JOB_OUTPUT } from './job-output.ts';
import { slurmNodes } from './nodes-to-have.ts';
import { jobName } from './queue.ts';
import { runSlurm, type SlurmContext } from './run-slurm.ts';

/** So many sbatch at a time: each is one question to slurmctld. */
const AT_A_TIME = 8;

export interface JobsToSubmit {
  readonly run: string;
  /** Minutes after which Slurm may end it; null: the limit of the partition. */
  readonly minutes: number | null;
  /** What the user adds to sbatch: `--account=ops`. */
  readonly flags: readonly string[];
  /** The prepared folder of each node, absolute there. */
  readonly folders: ReadonlyMap<string, string>;
}

/** @returns why Slurm took no job for a node, for those */
export async function submitJobs(
  jobs: JobsToSubmit,
  context: SlurmContext,
): Promise<ReadonlyMap<string, Failure>> {
  const known = await slurmNodes(context);
  const failures = new Map<string, Failure>();
  const waiting = [...jobs.folders];
  const submitter = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [node, folder] = next;
      const args = sbatchArguments(jobs, node, folder, known.get(node)?.partitions ?? '');
      try {
        await runSlurm('sbatch', args, { ...context, env: jobEnvironment(context.env) });
      } catch (error) {
        if (!(error instanceof HeorotError)) throw error;
        failures.set(node, { why: error.message, reached: true });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, submitter));
  return failures;
}

/** sbatch(1). All partitions of the node are named: the default one need not be among them. */
export function sbatchArguments(
  { run, minutes, flags }: Pick<JobsToSubmit, 'run' | 'minutes' | 'flags'>,
  node: string,
  folder: string,
  partitions: string,
): readonly string[] {
  const own = flags.some((flag) => /^--partition=|^-p/.test(flag));
  return [
    '--parsable',
    `--job-name=${jobName(run)}`,
    `--nodelist=${node}`,
    '--nodes=1',
    '--exclusive',
    '--mem=0',
    '--no-requeue',
    '--chdir=/',
    `--output=${folder}/${JOB_OUTPUT}`,
    ...(minutes === null ? [] : [`--time=${minutes}`]),
    ...(own || partitions === '' ? [] : [`--partition=${partitions}`]),
    ...flags,
    '--wrap',
    `exec sh '${folder.replaceAll("'", "'\\''")}/supervisor' '${folder.replaceAll("'", "'\\''")}'`,
  ];
}

/** What sbatch hands on to the job: none of this shell's variables but those that Slurm itself needs, and plain paths. */
function jobEnvironment(env: SlurmContext['env']): SlurmContext['env'] {
  const kept = Object.entries(env).filter(([name]) => /^(SLURM_CONF|PATH|HOME|USER|LOGNAME)$/.test(name));
  return Object.fromEntries(kept);
}
