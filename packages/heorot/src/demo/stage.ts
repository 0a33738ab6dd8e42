// Where typed commands are played: the tools first on PATH, a lab's cluster file, state of their own, an empty folder to work in.
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab } from '@heorot/lab';

export interface Stage {
  /** The working folder. */
  readonly desk: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * @param bins folder of the built bins: `dsh.js`, `nodes.js`, `heorot.js`
 * @param env what the user's environment is; the stage's own state folders keep the tour out of the user's history
 */
export async function setStage(lab: Lab, bins: string, env: NodeJS.ProcessEnv): Promise<Stage> {
  const desk = join(lab.folder, 'desk');
  const shims = join(lab.folder, 'bin');
  await mkdir(desk, { recursive: true });
  await mkdir(shims, { recursive: true });
  for (const tool of ['dsh', 'nodes', 'heorot']) {
    const shim = join(shims, tool);
    await writeFile(shim, `#!/bin/sh\nexec '${process.execPath}' '${join(bins, `${tool}.js`)}' "$@"\n`);
    await chmod(shim, 0o755);
  }
  return {
    desk,
    env: {
      ...env,
      PATH: `${shims}:${env['PATH'] ?? ''}`,
      HEOROT_CLUSTER: lab.clusterFile,
      XDG_STATE_HOME: join(lab.folder, 'state'),
      XDG_CACHE_HOME: join(lab.folder, 'cache'),
    },
  };
}
