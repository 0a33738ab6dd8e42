// A hall of simulated nodes for benches: embedded servers in a process of their own (nice), so that the head is measured alone.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type LabNode, startEmbeddedLab } from '../../packages/lab/src/index.ts';

export interface Hall {
  readonly clusterFile: string;
  readonly nodes: readonly Pick<LabNode, 'name' | 'home' | 'port'>[];
}

const [, script, folder, count] = process.argv;
if (script === import.meta.filename && folder !== undefined) await serve(folder, Number(count));

/** A process with servers; it ends with its standard input. */
async function serve(folder: string, nodes: number): Promise<void> {
  await using lab = await startEmbeddedLab({ folder, nodes });
  const known = lab.nodes.map(({ name, home, port }) => ({ name, home, port }));
  process.stdout.write(`${JSON.stringify({ clusterFile: lab.clusterFile, nodes: known })}\n`);
  process.stdin.resume();
  await once(process.stdin, 'end');
}

export async function openHall(folder: string, nodes: number): Promise<Hall & AsyncDisposable> {
  const argv = ['--conditions=heorot-src', import.meta.filename, folder, String(nodes)];
  const child = spawn('nice', ['-n', '10', process.execPath, ...argv], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const hall: Hall = JSON.parse(String(line));
  return {
    ...hall,
    async [Symbol.asyncDispose]() {
      child.stdin?.end();
      await once(child, 'exit');
    },
  };
}

/**
 * Connections to that port, by /proc/net/tcp (proc(5)): state 01, the far end's port. Told by their near ends: the kernel lists a
 * socket twice where others come and go while the table is read.
 */
export function established(port: number): number {
  const far = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = readFileSync('/proc/net/tcp', 'latin1').split('\n');
  return new Set(
    rows.flatMap((row) => {
      const [, near = '', remote = '', state] = row.trim().split(/\s+/);
      return remote.endsWith(far) && state === '01' ? [near] : [];
    }),
  ).size;
}
