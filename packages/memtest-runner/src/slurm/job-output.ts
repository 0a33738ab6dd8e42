// What Slurm writes into the output of a job that it ends. The file lies in the run's folder and comes home with the rest.

/** The supervisor itself prints nothing. */
export const JOB_OUTPUT = 'slurm.out';

/**
 * Why Slurm ended the job, in its words; null: it did not.
 *
 * @param output `slurmstepd: error: *** JOB 5 ON n3 CANCELLED AT 2026-11-22T11:26:26 DUE TO TIME LIMIT ***`
 * @example endOfJob(output) // 'Slurm ended job 5 due to time limit'
 */
export function endOfJob(output: string): string | null {
  const [, job, why] =
    /\*\*\* (?:JOB|STEP) (\S+) ON \S+ CANCELLED AT \S+( DUE TO [A-Z ]+?)? ?\*\*\*/.exec(output) ?? [];
  if (job === undefined) return null;
  return `Slurm ended job ${job}${why?.toLowerCase() ?? ', which somebody cancelled'}`;
}
