// The facts of this machine, once, at the start of a run: asked of a process of its own, so that nothing waits for them here.
import { execFile } from 'node:child_process';
import type { MachineFacts } from './machine-facts.ts';

const usualPatienceMs = 5000;

/** @returns null where nothing was told in time, or before the signal */
export async function readLocalFacts(
  signal?: AbortSignal,
  patienceMs = usualPatienceMs,
): Promise<MachineFacts | null> {
  const { tellFactsUrl } = await import('./tell-facts.ts');
  const words = [
    '--input-type=module',
    '--eval',
    'import(process.argv[1]).then((it) => it.tellFacts())',
    tellFactsUrl,
  ];
  return await new Promise((resolve) => {
    const options = { timeout: patienceMs, ...(signal === undefined ? {} : { signal }) };
    // It is a convenience: what it stumbles over on a strange machine is not worth a failed run.
    const child = execFile(process.execPath, words, options, (error, stdout) =>
      resolve(error === null && stdout.startsWith('{') ? JSON.parse(stdout) : null),
    );
    child.unref();
  });
}
