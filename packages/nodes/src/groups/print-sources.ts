// What `nodes list --sources` prints: the group sources, the default one first.
import { type CommandContext, ExitCode, openCommandInventory, writeAll } from '@heorot/cli';

export async function printSources(
  flags: { readonly cluster: string | undefined },
  context: CommandContext,
): Promise<number> {
  const inventory = await openCommandInventory(flags, context);
  for (const source of inventory.sources()) await writeAll(context.stdout, `${source}\n`);
  return ExitCode.ok;
}
