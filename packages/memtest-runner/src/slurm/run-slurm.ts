// Runs Slurm's programs of this machine.
import { execFile } from 'node:child_process';
import { HeorotError } from '@heorot/inventory';

export interface SlurmContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

const ANSWER_WITHIN_MS = 60_000;
const MOST_OUTPUT = 64 * 1024 * 1024;

/** Its standard output. @throws HeorotError `slurm-failed` with its words */
export function runSlurm(
  program: 'scontrol' | 'sbatch' | 'squeue' | 'scancel',
  args: readonly string[],
  { env, signal }: SlurmContext,
): Promise<string> {
  const options = { env: { ...env }, signal, timeout: ANSWER_WITHIN_MS, maxBuffer: MOST_OUTPUT };
  return new Promise((resolve, reject) => {
    execFile(program, [...args], options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const missing = error.code === 'ENOENT';
      const lines = stderr.trim().split('\n');
      const said = lines.find((line) => line.includes('fatal:')) ?? lines[0] ?? '';
      reject(
        new HeorotError(
          'slurm-failed',
          missing ? `${program} is not here` : `${program} failed: ${said || error.message}`,
          {
            hint: missing
              ? 'run it on a machine of the Slurm cluster; quarantine has --group-file'
              : 'scontrol ping says whether Slurm can be reached from here',
            cause: error,
          },
        ),
      );
    });
  });
}
