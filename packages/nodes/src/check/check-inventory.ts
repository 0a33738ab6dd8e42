// What `nodes check` does: evaluates everything that could be asked for, and collects what fails.
import {
  type CommandContext,
  ExitCode,
  type FlagValues,
  openCommandInventory,
  writeAll,
  writeJson,
} from '@heorot/cli';
import { HeorotError, type Inventory } from '@heorot/inventory';
import type { checkFlags } from '../commands/check.ts';

/** Something that would fail when it is asked for. */
interface Problem {
  /** `@racks:r1`, or a source. */
  readonly where: string;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

interface SourceReport {
  readonly source: string;
  readonly groups: number;
}

export async function checkInventory(
  flags: FlagValues<typeof checkFlags>,
  context: CommandContext,
): Promise<number> {
  // What is wrong with the file itself is thrown here, with its position.
  const inventory = await openCommandInventory(flags, context);
  const problems: Problem[] = [];
  const sources: SourceReport[] = [];
  for (const source of inventory.sources()) {
    const groups = (await attempt(`source ${source}`, problems, () => inventory.groups(source))) ?? [];
    sources.push({ source, groups: groups.length });
    for (const group of groups) {
      const name = `@${source}:${group}`;
      await attempt(name, problems, () => inventory.resolve(name));
    }
  }
  const nodes = await countNodes(inventory, problems);
  if (flags.json) await writeJson(context.stdout, { path: inventory.path ?? null, nodes, sources, problems });
  else await writeAll(context.stdout, report(inventory, nodes, sources, problems, context));
  return problems.length === 0 ? ExitCode.ok : ExitCode.configuration;
}

async function countNodes(inventory: Inventory, problems: Problem[]): Promise<number> {
  if (inventory.sources().length === 0) return 0;
  const all = await attempt('all nodes', problems, () => inventory.all());
  return all === undefined ? 0 : Number(all.size);
}

async function attempt<Value>(
  where: string,
  problems: Problem[],
  ask: () => Promise<Value>,
): Promise<Value | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof HeorotError)) throw error;
    const { code, message, hint } = error;
    problems.push({ where, code, message, ...(hint === undefined ? {} : { hint }) });
    return undefined;
  }
}

function report(
  inventory: Inventory,
  nodes: number,
  sources: readonly SourceReport[],
  problems: readonly Problem[],
  { theme }: CommandContext,
): string {
  const { good, bad } = theme.stdout;
  const lines = [
    `${inventory.path ?? 'no cluster file'}: ${nodes} nodes`,
    ...sources.map(({ source, groups }) => `  source ${source}: ${groups} groups`),
    ...problems.flatMap(({ where, message, hint }) => [
      `${bad(where)}: ${message}`,
      ...(hint === undefined ? [] : [`  ${hint}`]),
    ]),
    problems.length === 0 ? good('nothing wrong') : bad(`${problems.length} wrong`),
  ];
  return `${lines.join('\n')}\n`;
}
