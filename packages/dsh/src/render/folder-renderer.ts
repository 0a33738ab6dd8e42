// A file for each node and stream, written beside its name and renamed when the node has ended: what bears its name is whole.
import { access, constants, type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HeorotError } from '@heorot/inventory';
import { makeFolder } from '@heorot/state';
import type { Renderer } from './renderer.ts';

export interface FolderOptions {
  /** Gets `NODE.out`; absent = stdout is not kept. */
  readonly stdout?: string | undefined;
  /** Gets `NODE.err`, where the node wrote there. */
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
  const opened = (path: string): Promise<OutputFile> => {
    const file = files.get(path) ?? openOutput(path);
    files.set(path, file);
    return file;
  };
  /** A command that ran leaves NODE.out even if it said nothing there. What an earlier run left must not pass for new. */
  const finish = async (node: string, ran: boolean): Promise<void> => {
    for (const stream of ['stdout', 'stderr'] as const) {
      const path = pathOf(node, stream);
      if (path === undefined) continue;
      const file = await (ran && stream === 'stdout' ? opened(path) : files.get(path));
      files.delete(path);
      await file?.handle.close();
      if (file === undefined) await rm(path, { force: true });
      else await rename(file.beside, path);
    }
  };
  return {
    async event(event) {
      try {
        if (event.kind === 'stdout' || event.kind === 'stderr') {
          const path = pathOf(event.node, event.kind);
          if (path !== undefined) await (await opened(path)).handle.appendFile(event.data);
        } else if (event.kind !== 'start') {
          await finish(event.node, event.kind === 'exit');
        }
      } catch (cause) {
        throw unusable(`cannot keep the output of ${event.node}`, cause);
      }
    },
    async end() {
      for (const file of files.values()) await (await file).handle.close();
    },
  };
}

/**
 * Before anything runs: whether the folders are there, or can be made, and take files.
 * @throws HeorotError `out-dir`
 */
export async function prepareFolders({ stdout, stderr }: FolderOptions): Promise<void> {
  for (const folder of new Set([stdout, stderr])) {
    if (folder === undefined) continue;
    try {
      await makeFolder(folder);
      await access(folder, constants.W_OK | constants.X_OK);
    } catch (cause) {
      throw unusable(`cannot keep the output in ${folder}`, cause);
    }
  }
}

function unusable(what: string, cause: unknown): HeorotError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new HeorotError('out-dir', `${what}: ${reason}`, {
    hint: 'check the free space and the permissions of the folder given with --out-dir or --err-dir',
    cause,
  });
}

interface OutputFile {
  readonly beside: string;
  readonly handle: FileHandle;
}

async function openOutput(path: string): Promise<OutputFile> {
  await makeFolder(dirname(path));
  const beside = `${path}.part`;
  return { beside, handle: await open(beside, 'w') };
}
