// What `nodes list` and `nodes groups` print: a line for each group of a source or of all.
import { type CommandContext, ExitCode, openCommandInventory, strangers, writeAll } from '@heorot/cli';
import type { Inventory, NodeSet } from '@heorot/inventory';
import { groupReference } from './group-reference.ts';

export interface GroupListing {
  readonly cluster: string | undefined;
  /** Undefined: the default source. */
  readonly groupsource: string | undefined;
  readonly everySource: boolean;
  readonly groupbase: boolean;
  /** 0: the name; 1: its nodes as well; 2: their number too. */
  readonly long: number;
}

/** With node sets: only groups that hold any of their nodes, and of their nodes only those. */
export async function printGroups(
  listing: GroupListing,
  nodeSets: readonly string[],
  context: CommandContext,
): Promise<number> {
  const inventory = await openCommandInventory(listing, context);
  const within = nodeSets.length === 0 ? undefined : await inventory.resolve(nodeSets.join(','));
  const doubt = within === undefined ? undefined : await strangers(within, inventory);
  if (doubt !== undefined) context.stderr.write(`${doubt}\n`);
  const sources = listing.everySource ? inventory.sources() : [listing.groupsource];
  for (const source of sources) {
    for (const group of await inventory.groups(source)) {
      const line = await lineOf(
        group,
        { ...listing, groupsource: nameless(source, inventory) },
        inventory,
        within,
      );
      if (line !== undefined) await writeAll(context.stdout, `${line}\n`);
    }
  }
  return ExitCode.ok;
}

async function lineOf(
  group: string,
  { groupsource, groupbase, long }: GroupListing,
  inventory: Inventory,
  within: NodeSet | undefined,
): Promise<string | undefined> {
  const shown = groupReference(group, { groupsource, groupbase });
  if (long <= 0 && !within) return shown;
  const members = await inventory.resolve(groupReference(group, { groupsource, groupbase: false }));
  const nodes = within ? members.intersection(within) : members;
  if (within && nodes.isEmpty) return undefined;
  return [shown, nodes.toString(), `${nodes.size}`].slice(0, long + 1).join(' ');
}

/** The default source is not written. */
function nameless(source: string | undefined, inventory: Inventory): string | undefined {
  return source === inventory.sources()[0] ? undefined : source;
}
