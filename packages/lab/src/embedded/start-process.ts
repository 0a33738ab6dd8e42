// Starts what a session asks for as sshd does: a process session of its own, led by the user's shell.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface ProcessRequest {
  /** Undefined is a login shell. */
  readonly command: string | undefined;
  readonly shell: string;
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly terminal: TerminalSize | undefined;
}

/** A pseudo-terminal is made by `script` of util-linux: Node has no call for it. */
export function startProcess(request: ProcessRequest): ChildProcessWithoutNullStreams {
  const { command, shell, directory, environment, terminal } = request;
  const options = { cwd: directory, env: { ...environment, SHELL: shell }, detached: true };
  if (terminal) {
    const size = `stty rows ${terminal.rows} cols ${terminal.columns} 2>/dev/null`;
    const inner = command === undefined ? `${size}; exec ${shell} -l` : `${size}; ${command}`;
    return spawn('script', ['-qfec', inner, '/dev/null'], options);
  }
  if (command === undefined) return spawn(shell, [], { ...options, argv0: `-${shell.replace(/^.*\//, '')}` });
  return spawn(shell, ['-c', command], options);
}

/** Sets the size of the terminal that `script` made; the kernel tells the foreground process (SIGWINCH). */
export async function resizeTerminal(scriptPid: number, size: TerminalSize): Promise<void> {
  const children = await readFile(`/proc/${scriptPid}/task/${scriptPid}/children`, 'utf8').catch(() => '');
  const leader = children.trim().split(' ')[0];
  if (!leader) return;
  const device = await readlink(`/proc/${leader}/fd/0`).catch(() => '');
  if (!device.startsWith('/dev/pts/')) return;
  const stty = spawn('stty', ['-F', device, 'rows', `${size.rows}`, 'cols', `${size.columns}`], {
    stdio: 'ignore',
  });
  await new Promise((resolve) => stty.once('close', resolve).once('error', resolve));
}
