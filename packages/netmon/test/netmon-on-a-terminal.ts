// The built netmon on a real terminal, against the nodes of a lab: what the tests of its screen stand on.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTerminal, type TerminalOptions, type TestTerminal } from '@heorot/lab';

export const netmonBin = join(import.meta.dirname, '..', '..', 'heorot', 'dist', 'bin', 'netmon.js');

export interface Place extends AsyncDisposable {
  netmon(parameters: readonly string[], options?: Partial<TerminalOptions>): Promise<TestTerminal>;
  /** An interactive shell, with `netmon` on its path and the prompt `shell$`. */
  shell(options?: Partial<TerminalOptions>): Promise<TestTerminal>;
}

/** A home of its own, gone with the returned value. */
export async function openPlace(clusterFile: string): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'heorot-netmon-terminal-'));
  await writeFile(join(folder, 'netmon'), `#!/bin/sh\nexec '${process.execPath}' '${netmonBin}' "$@"\n`, {
    mode: 0o755,
  });
  const open = (command: readonly string[], options: Partial<TerminalOptions>): Promise<TestTerminal> => {
    const env = {
      PATH: `${folder}:${process.env['PATH'] ?? ''}`,
      HOME: folder,
      LANG: 'C.UTF-8',
      // Written at exit, which may be after the place is gone.
      NODE_DISABLE_COMPILE_CACHE: '1',
      HEOROT_CLUSTER: clusterFile,
      ...options.env,
    };
    return openTerminal({ cwd: folder, columns: 110, rows: 20, ...options, command, env });
  };
  return {
    netmon: (parameters, options = {}) => open([process.execPath, netmonBin, ...parameters], options),
    async shell(options = {}) {
      const env = { PS1: 'shell$ ', ...options.env };
      const terminal = await open(['bash', '--norc', '--noprofile', '-i'], { ...options, env });
      await terminal.waitFor(/^shell\$$/);
      return terminal;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 10 }),
  };
}
