// A file for each node and stream, written beside its name and renamed when the node has ended: what bears its name is whole.
import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HeorotError } from '@heorot/inventory';
import type { Renderer } from './renderer.ts';

export interface FolderOptions {
  /** Gets `NODE.out`; absent = stdout is not kept. */
  readonly stdout?: string | undefined;
  /** Gets `NODE.err`. */
  readonly stderr?: string | undefined;
}

/**
 * Node names are safe in paths: the inventory refuses slashes and leading dashes.
 * @throws HeorotError `out-dir` from `event`, as when the disk is full
 */
export function folderRenderer(options: FolderOptions): Renderer {
  const files = new Map<string, Promise<OutputFile>>();
  const pathOf = (node: string, stream: 'stdout' | 'stderr'): string | undefined => {
    const folder = options[stream];
    return folder === undefined ? undefined : join(folder, `${node}.${stream === 'stdout' ? 'out' : 'err'}`);
  };
  const opened = (node: string, stream: 'stdout' | 'stderr'): Promise<OutputFile> | undefined => {
    const path = pathOf(node, stream);
    if (path === undefined) return undefined;
    const known = files.get(path) ?? openOutput(path);
    files.set(path, known);
    return known;
  };
  /** A command that ran leaves files even if it said nothing; a node that was never reached leaves none. */
  const finish = async (node: string, ran: boolean): Promise<void> => {
    for (const stream of ['stdout', 'stderr'] as const) {
      const file = await (ran ? opened(node, stream) : files.get(pathOf(node, stream) ?? ''));
      if (file === undefined) continue;
      await file.handle.close();
      await rename(file.beside, file.path);
      files.delete(file.path);
    }
  };
  return {
    async event(event) {
      try {
        if (event.kind === 'stdout' || event.kind === 'stderr') {
          await (await opened(event.node, event.kind))?.handle.appendFile(event.data);
        } else if (event.kind !== 'start') {
          await finish(event.node, event.kind === 'exit');
        }
      } catch (cause) {
        throw new HeorotError('out-dir', `cannot keep the output of ${event.node}: ${String(cause)}`, {
          hint: 'check the free space and the permissions of the folder given with --out-dir',
          cause,
        });
      }
    },
    async end() {
      for (const file of files.values()) await (await file).handle.close();
    },
  };
}

interface OutputFile {
  readonly path: string;
  readonly beside: string;
  readonly handle: FileHandle;
}

async function openOutput(path: string): Promise<OutputFile> {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.part`;
  return { path, beside, handle: await open(beside, 'w') };
}
