// Runs a program of power control: no shell, its own words in the error, ended when its time is over.
import { execFile } from 'node:child_process';
import { HeorotError } from '@heorot/inventory';

export interface PowerCommand {
  readonly node: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const timeoutMs = 30_000;

/** @returns what it printed. @throws HeorotError `power-failed` */
export function runPowerCommand(
  { node, program, args, env = {} }: PowerCommand,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      program,
      [...args],
      { env: { ...process.env, ...env }, timeout: timeoutMs, maxBuffer: 1024 * 1024, signal },
      (error, stdout, stderr) => {
        if (error === null) return resolve(stdout);
        const said = (stderr.trim() === '' ? stdout : stderr).trim().split('\n').at(-1) ?? '';
        const missing = 'code' in error && error.code === 'ENOENT';
        return reject(
          new HeorotError(
            'power-failed',
            `${node}: ${missing ? `no program '${program}'` : `${program}: ${said || error.message}`}`,
            {
              hint: missing
                ? `install it: apt install ${program}`
                : 'check the address, user and password of its BMC',
              cause: error,
            },
          ),
        );
      },
    );
  });
}
