// What `nodes export` does.
import { access, mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  type CommandContext,
  ExitCode,
  type FlagValues,
  openCommandInventory,
  selectionOf,
  writeAll,
} from '@heorot/cli';
import { exportInventory, FORMATS, HeorotError, type NamedText } from '@heorot/inventory';
import type { exportFlags } from '../commands/export.ts';

export async function exportFiles(
  flags: FlagValues<typeof exportFlags>,
  context: CommandContext,
): Promise<number> {
  if (flags.to === undefined)
    throw new HeorotError('usage', 'for which tool? --to is missing', {
      hint: `one of ${FORMATS.join(', ')}`,
    });
  const inventory = await openCommandInventory(flags, context);
  const files = await exportInventory(inventory, await inventory.select(selectionOf(flags)), flags.to);
  if (flags.output !== undefined) return writeFiles(files, resolve(context.cwd, flags.output), context);
  const [file, ...more] = files;
  if (more.length > 0)
    throw new HeorotError('usage', `${flags.to} has ${files.length} files`, {
      hint: 'name a folder for them: --output DIR',
    });
  await writeAll(context.stdout, file?.text ?? '');
  return ExitCode.ok;
}

/** All or nothing: an existing file is noticed before the first is written. */
async function writeFiles(
  files: readonly NamedText[],
  folder: string,
  context: CommandContext,
): Promise<number> {
  const targets = files.map(({ path, text }) => ({ path: resolve(folder, path), text }));
  for (const { path } of targets) {
    if (await exists(path))
      throw new HeorotError('file-not-written', `${path} exists already`, { hint: 'choose an empty folder' });
  }
  for (const { path, text } of targets) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: 'wx' });
    await writeAll(context.stdout, `${path}\n`);
  }
  return ExitCode.ok;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
