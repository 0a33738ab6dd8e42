// Files of the boot environment that a node gets from the head when its plan needs them: boot loaders for its disk, parts.
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { HeorotError } from '@heorot/inventory';
import { readContentsList } from '../bootenv/contents-list.ts';
import { type FetchStep, fetchStep, type PlanStep } from '../protocol/plan-step.ts';

/** What is copied onto the disk, by firmware. */
export const LOADER_FILES = {
  bios: ['grub/boot.img', 'grub/core.img'],
  uefi: ['grub/grubx64.efi'],
} as const;

/**
 * As it is now, which need not be as it was built: a site may sign boot loaders with a key of its own.
 * @param bootenv the folder of the boot environment
 * @throws HeorotError `bootenv-missing`
 */
export async function readBootFile(bootenv: string, path: string): Promise<FetchStep> {
  const bytes = await readFile(join(bootenv, path)).catch((cause: unknown) => {
    throw new HeorotError('bootenv-missing', `the boot environment has no ${path}`, {
      hint: 'build it anew: clone bootenv build',
      cause,
    });
  });
  return fetchStep(basename(path), `/boot/${path}`, bytes);
}

/** @throws HeorotError `bootenv-missing`, also where one was not built to its end */
export async function readBootFiles(
  bootenv: string,
  paths: readonly string[],
): Promise<readonly FetchStep[]> {
  await readContentsList(bootenv);
  return Promise.all(paths.map((path) => readBootFile(bootenv, path)));
}

/** A part of the boot environment, got and laid over it. */
export function addPart(part: FetchStep): readonly PlanStep[] {
  return [part, { kind: 'tools', file: part.file }];
}
