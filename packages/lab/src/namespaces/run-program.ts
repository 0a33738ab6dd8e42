// Runs a program of the system to its end.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { HeorotError } from '@heorot/inventory';

/**
 * @returns what it wrote to stdout
 * @throws HeorotError `lab-program-failed`, with what it wrote to stderr
 */
export async function runProgram(program: string, operands: readonly string[], input = ''): Promise<string> {
  const child = spawn(program, operands, { stdio: 'pipe' });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code === 0) return stdout;
  throw new HeorotError(
    'lab-program-failed',
    `${program} ${operands.join(' ')}: ${stderr.trim() || `exit ${code}`}`,
  );
}
