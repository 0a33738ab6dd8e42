// The logs of nodes on the head: one file a deployment, LOGS/NODE/ID.log, bounded, so that no node fills the disk.
import { appendFile, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makePrivateFolder } from '@heorot/state';
import type { Deployment } from '../deploy/deployment.ts';

export interface NodeLogs {
  /** In the order of the calls; what is too much is dropped, and the log says so once. */
  append(deployment: Pick<Deployment, 'id' | 'node'>, bytes: Uint8Array | string): void;
  /** Resolves when all that was appended is written. */
  flush(): Promise<void>;
}

const mostBytes = 16 * 1024 * 1024;

export function nodeLogs(folder: string): NodeLogs {
  const sizes = new Map<string, number>();
  let last = Promise.resolve();

  async function write(path: string, bytes: Uint8Array | string): Promise<void> {
    const size = sizes.get(path) ?? (await stat(path).catch(() => ({ size: 0 }))).size;
    if (size >= mostBytes) return;
    const next = size + Buffer.byteLength(bytes);
    sizes.set(path, next);
    await appendFile(path, next >= mostBytes ? '\n-- more was said than is kept --\n' : bytes, {
      mode: 0o600,
    });
  }

  return {
    append: ({ id, node }, bytes) => {
      const path = logPath(folder, node, id);
      last = last
        .then(() => makePrivateFolder(join(folder, node)))
        .then(() => write(path, bytes))
        // A log is worth much, a deployment more.
        .catch(() => {});
    },
    flush: () => last,
  };
}

/** The log of a deployment, or of the last one of a node; `undefined` when there is none. */
export async function readNodeLog(folder: string, node: string, id?: number): Promise<Buffer | undefined> {
  const names = await readdir(join(folder, node)).catch(() => []);
  const latest = Math.max(...names.flatMap((name) => /^(\d+)\.log$/.exec(name)?.[1] ?? []).map(Number));
  const wanted = id ?? latest;
  return Number.isFinite(wanted) ? readFile(logPath(folder, node, wanted)).catch(() => undefined) : undefined;
}

function logPath(folder: string, node: string, id: number): string {
  return join(folder, node, `${id}.log`);
}
