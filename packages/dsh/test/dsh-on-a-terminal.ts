// The built dsh on a real terminal, against nodes that are there: what the tests of prompt, tty, sudo and status stand on.
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTerminal, type TerminalOptions, type TestTerminal } from '@heorot/lab';

const dshBin = join(import.meta.dirname, '..', '..', 'heorot', 'dist', 'bin', 'dsh.js');

export interface Place extends AsyncDisposable {
  readonly folder: string;
  /** Its history and state are kept in this place. */
  dsh(
    parameters: readonly string[],
    options?: Partial<Omit<TerminalOptions, 'command'>>,
  ): Promise<TestTerminal>;
  /** An interactive shell, with `dsh` on its path and the prompt `shell$`. */
  shell(options?: Partial<Omit<TerminalOptions, 'command'>>): Promise<TestTerminal>;
}

/** A home of its own, gone with the returned value. */
export async function openPlace(clusterFile: string): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'heorot-terminal-'));
  await writeFile(join(folder, 'dsh'), `#!/bin/sh\nexec '${process.execPath}' '${dshBin}' "$@"\n`, {
    mode: 0o755,
  });
  const open = (
    command: readonly string[],
    options: Partial<Omit<TerminalOptions, 'command'>>,
  ): Promise<TestTerminal> => {
    const env = {
      PATH: `${folder}:${process.env['PATH'] ?? ''}`,
      HOME: folder,
      SHELL: '/bin/sh',
      LANG: 'C.UTF-8',
      // Written at exit, which may be after the place is gone.
      NODE_DISABLE_COMPILE_CACHE: '1',
      HEOROT_CLUSTER: clusterFile,
      ...options.env,
    };
    return openTerminal({ cwd: folder, ...options, command, env });
  };
  return {
    folder,
    dsh: (parameters, options = {}) => open([process.execPath, dshBin, ...parameters], options),
    async shell(options = {}) {
      const env = { PS1: 'shell$ ', ...options.env };
      const terminal = await open(['bash', '--norc', '--noprofile', '-i'], { ...options, env });
      await terminal.waitFor(/^shell\$$/);
      return terminal;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 10 }),
  };
}

/** `PID COMMAND LINE` of every process on this machine, nodes of labs included, that has the text in its command line. */
export function processesWith(text: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((id) => `${id} ${commandLineOf(id)}`)
    .filter((line) => line.includes(text) && !/^\d+ (tmux|env|sh -c trap) /.test(line));
}

function commandLineOf(id: string): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** The client ends of all connections to this port of the machine: proc(5), net/tcp; state 01 is ESTABLISHED. */
export function connectionsTo(port: number): readonly string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , remote, state]) => remote?.endsWith(suffix) === true && state === '01')
    .map(([, local = '', remote = '']) => `${local} ${remote}`)
    .toSorted();
}
