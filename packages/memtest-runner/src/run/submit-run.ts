// A prepared run as jobs of Slurm.
import type { CommandContext } from '@heorot/cli';
import { HeorotError } from '@heorot/inventory';
import type { Phase } from '../plan/phase.ts';
import { submitJobs } from '../slurm/submit-jobs.ts';
import type { Failure } from './burn-in-stage.ts';

export interface RunToSubmit {
  readonly run: string;
  readonly phases: readonly Phase[];
  readonly flags: readonly string[];
  /** Of the nodes that are to have a job. */
  readonly folders: ReadonlyMap<string, string>;
}

/** Phases are ended by their own limits; Slurm's is for a supervisor that hangs. */
const SPARE_MINUTES = 30;

/** @returns why Slurm took no job for a node, for those. @throws HeorotError `slurm-failed` */
export async function submitRun(
  { phases, ...jobs }: RunToSubmit,
  context: CommandContext,
): Promise<ReadonlyMap<string, Failure>> {
  return await submitJobs({ ...jobs, minutes: minutesOf(phases) }, context);
}

/** null: some phase has no limit. */
export function minutesOf(phases: readonly Pick<Phase, 'limit'>[]): number | null {
  if (phases.some(({ limit }) => limit === 0)) return null;
  return Math.ceil(phases.reduce((sum, { limit }) => sum + limit, 0) / 60) + SPARE_MINUTES;
}

/** Words of `--sbatch`. @throws HeorotError `usage`: a word that is no flag of its own would name another program for the job */
export function sbatchFlags(text: string | undefined): readonly string[] {
  const words = (text ?? '').split(/\s+/).filter((word) => word !== '');
  const wrong = words.find((word) => !/^--[a-z][a-z-]*(=.*)?$/.test(word) || word.startsWith('--wrap'));
  if (wrong === undefined) return words;
  throw new HeorotError('usage', `--sbatch: '${wrong}' is no flag that can be handed on`, {
    hint: "whole words, such as '--account=ops --reservation=burn-in'",
  });
}
