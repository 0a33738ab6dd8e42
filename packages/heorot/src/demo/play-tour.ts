// Plays the tour: every step is the real tool in a process of its own, against a lab that lives only as long as the tour.
import { spawn } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandContext } from '@heorot/cli';
import type { Lab } from '@heorot/lab';
import type { Step } from './tour.ts';

/** Where the tour runs and with which bins. */
export interface Stage {
  readonly lab: Lab;
  /** Folder of the built bins: `dsh.js`, `nodes.js`. */
  readonly bins: string;
}

/**
 * Shows each step as if typed, and runs it.
 * @returns the steps that did not end with the exit code they promise
 */
export async function playTour(steps: readonly Step[], stage: Stage, context: CommandContext): Promise<readonly Step[]> {
  const desk = join(stage.lab.folder, 'desk');
  await mkdir(desk, { recursive: true });
  const env = await stageEnvironment(stage, context.env);
  const { theme } = { theme: context.theme.stdout };
  const broken: Step[] = [];
  for (const [index, step] of steps.entries()) {
    if (context.signal.aborted) return broken;
    context.stdout.write(`\n${theme.strong(`${index + 1}. ${step.title}`)}\n${theme.dim('$')} ${theme.good(step.command)}\n`);
    const code = await runStep(step.command, { cwd: desk, env });
    if (code === step.exitCode) continue;
    context.stderr.write(`heorot demo: '${step.command}' ended with ${code}, expected ${step.exitCode}\n`);
    broken.push(step);
  }
  return broken;
}

/** The lab's cluster, a state folder of its own (the tour must not enter the user's history), and the tools on PATH. */
async function stageEnvironment(stage: Stage, env: CommandContext['env']): Promise<NodeJS.ProcessEnv> {
  const shims = join(stage.lab.folder, 'bin');
  await mkdir(shims, { recursive: true });
  for (const tool of ['dsh', 'nodes']) {
    const shim = join(shims, tool);
    await writeFile(shim, `#!/bin/sh\nexec '${process.execPath}' '${join(stage.bins, `${tool}.js`)}' "$@"\n`);
    await chmod(shim, 0o755);
  }
  return {
    ...env,
    PATH: `${shims}:${env['PATH'] ?? ''}`,
    HEOROT_CLUSTER: stage.lab.clusterFile,
    XDG_STATE_HOME: join(stage.lab.folder, 'state'),
    XDG_CACHE_HOME: join(stage.lab.folder, 'cache'),
  };
}

function runStep(command: string, options: { cwd: string; env: NodeJS.ProcessEnv }): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', command], { ...options, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal === null ? (code ?? 1) : 130));
  });
}
