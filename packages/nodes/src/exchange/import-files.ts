// What `nodes import` does.
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type CommandContext, type CommandInput, ExitCode, writeAll } from '@heorot/cli';
import { FORMATS, HeorotError, importInventory } from '@heorot/inventory';
import type { importFlags } from '../commands/import.ts';

export async function importFiles(
  { flags, operands }: CommandInput<typeof importFlags>,
  context: CommandContext,
): Promise<number> {
  if (flags.from === undefined)
    throw new HeorotError('usage', 'what are the files? --from is missing', {
      hint: `one of ${FORMATS.join(', ')}`,
    });
  if (operands.length === 0)
    throw new HeorotError('usage', 'which files?', {
      hint: 'for example: nodes import --from hosts /etc/hosts',
    });
  const files = await Promise.all(operands.map((path) => read(path, context.cwd)));
  const text = await importInventory(flags.from, files);
  if (text.split('\n').every((line) => line === '' || line.startsWith('#'))) {
    context.stderr.write(`${operands.join(' ')}: no nodes and no groups were found\n`);
  }
  if (flags.output === undefined) {
    await writeAll(context.stdout, text);
    return ExitCode.ok;
  }
  await writeNew(resolve(context.cwd, flags.output), text);
  context.stderr.write(`wrote ${flags.output}; check it: nodes check --cluster ${flags.output}\n`);
  return ExitCode.ok;
}

async function read(path: string, cwd: string) {
  try {
    return { path, text: await readFile(resolve(cwd, path), 'utf8') };
  } catch (cause) {
    throw new HeorotError('file-unreadable', `cannot read ${path}: ${reasonOf(cause)}`, { cause });
  }
}

/** A cluster file that others may write is refused later: mode 0644 whatever the umask allows. */
async function writeNew(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o644 });
  } catch (cause) {
    const hint = 'choose another name, or move the old file away';
    throw new HeorotError('file-not-written', `cannot write ${path}: ${reasonOf(cause)}`, { cause, hint });
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message.replace(/, \w+ '.*'$/, '') : String(cause);
}
