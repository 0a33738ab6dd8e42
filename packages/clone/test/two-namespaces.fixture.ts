// Two network namespaces with a cable between them: a head that serves, and a machine that asks.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface TwoNamespaces extends AsyncDisposable {
  readonly head: string;
  readonly machine: string;
  /** The card of the head, with 10.77.0.1/24. */
  readonly card: string;
  /** Runs a program on one of the two; its output, whether it fails or not. */
  on(namespace: string, program: string, ...args: readonly string[]): Promise<string>;
}

export async function twoNamespaces(): Promise<TwoNamespaces> {
  const id = randomBytes(3).toString('hex');
  const [head, machine] = [`hc-${id}-h`, `hc-${id}-m`];
  const ip = (...args: readonly string[]) => run('ip', [...args]);
  for (const namespace of [head, machine]) {
    await ip('netns', 'add', namespace);
    await ip('-n', namespace, 'link', 'set', 'lo', 'up');
  }
  await ip('-n', head, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', machine);
  await ip('-n', head, 'addr', 'add', '10.77.0.1/24', 'brd', '+', 'dev', 'eth0');
  for (const namespace of [head, machine]) await ip('-n', namespace, 'link', 'set', 'eth0', 'up');
  return {
    head,
    machine,
    card: 'eth0',
    on: (namespace, program, ...args) =>
      run('ip', ['netns', 'exec', namespace, program, ...args]).then(
        ({ stdout, stderr }) => stdout + stderr,
        (error: unknown) =>
          error instanceof Error && 'stdout' in error && 'stderr' in error
            ? `${String(error.stdout)}${String(error.stderr)}`
            : String(error),
      ),
    [Symbol.asyncDispose]: async () => {
      for (const namespace of [head, machine]) await ip('netns', 'del', namespace);
    },
  };
}
