// contents.json of a boot environment: every file with its package and version.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HeorotError } from '@heorot/inventory';
import type { Origin } from './archive.ts';

export interface ContentsList {
  readonly kernel: { readonly release: string; readonly package: string; readonly version: string };
  /** What lies in the folder. */
  readonly outputs: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
  /** What is in the initramfs and in its parts. */
  readonly files: readonly Origin[];
}

/** In the folder of the boot environment; written last. */
export const CONTENTS_LIST = 'contents.json';

/** Bytes that every boot loads: kernel and initramfs together. */
export function bootBytes({ outputs }: ContentsList): number {
  return outputs
    .filter(({ path }) => path === 'vmlinuz' || path === 'initrd.img')
    .reduce((sum, { bytes }) => sum + bytes, 0);
}

/** @throws HeorotError `bootenv-missing` where none was built, or not to its end */
export async function readContentsList(folder: string): Promise<ContentsList> {
  const text = await readFile(join(folder, CONTENTS_LIST), 'utf8').catch(() => undefined);
  const list: unknown = text === undefined ? undefined : parsed(text);
  if (isContentsList(list)) return list;
  throw new HeorotError('bootenv-missing', `no whole boot environment in ${folder}`, {
    hint: 'clone bootenv build',
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Written by us, atomically: the outline is enough. */
function isContentsList(value: unknown): value is ContentsList {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kernel' in value &&
    'outputs' in value &&
    Array.isArray(value.outputs) &&
    'files' in value &&
    Array.isArray(value.files)
  );
}
