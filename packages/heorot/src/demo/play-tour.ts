// Plays the tour: every step is the real tool in a process of its own, exactly as typed.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { CommandContext } from '@heorot/cli';
import type { Stage } from './stage.ts';
import type { Step } from './tour.ts';

/**
 * Shows each step as if typed, and runs it.
 * @returns the steps that did not end with the exit code they promise
 */
export async function playTour(
  steps: readonly Step[],
  stage: Stage,
  context: CommandContext,
): Promise<readonly Step[]> {
  const { strong, dim, good } = context.theme.stdout;
  const broken: Step[] = [];
  for (const [index, step] of steps.entries()) {
    if (context.signal.aborted) return broken;
    context.stdout.write(`\n${strong(`${index + 1}. ${step.title}`)}\n${dim('$')} ${good(step.command)}\n`);
    if (!hasOneOf(step.needsOneOf, stage)) {
      context.stdout.write(`left out: it needs one of ${step.needsOneOf?.join(', ')}\n`);
      continue;
    }
    const code = await runStep(step.command, stage);
    if (code === step.exitCode) continue;
    context.stderr.write(`heorot demo: '${step.command}' ended with ${code}, expected ${step.exitCode}\n`);
    broken.push(step);
  }
  return broken;
}

function hasOneOf(programs: readonly string[] | undefined, { env }: Stage): boolean {
  if (programs === undefined) return true;
  const folders = (env['PATH'] ?? '').split(delimiter);
  return programs.some((program) => folders.some((folder) => existsSync(join(folder, program))));
}

function runStep(command: string, stage: Stage): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', command], {
      cwd: stage.desk,
      env: stage.env,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal === null ? (code ?? 1) : 130));
  });
}
