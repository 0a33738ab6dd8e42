// Runs programs as a user would, for the tests of the labs.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

export async function run(program: string, operands: readonly string[], input = ''): Promise<Ran> {
  const child = spawn(program, operands, { stdio: 'pipe' });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const code = new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { stdout, stderr, code: await code };
}

/** The real ssh, with the lab's own configuration. */
export function ssh(lab: { readonly sshConfig: string }, ...operands: readonly string[]): Promise<Ran> {
  return run('ssh', ['-F', lab.sshConfig, ...operands]);
}
