// What `nodes show` prints: the record of each node, and the groups that hold it.
import {
  type CommandContext,
  type CommandInput,
  ExitCode,
  openCommandInventory,
  writeAll,
  writeJson,
} from '@heorot/cli';
import { didYouMean, HeorotError, type Inventory, type NodeRecord } from '@heorot/inventory';
import type { showFlags } from '../commands/show.ts';

interface ShownNode extends NodeRecord {
  readonly groups: readonly { readonly source: string; readonly group: string }[];
}

export async function showNodes(
  { flags, operands }: CommandInput<typeof showFlags>,
  context: CommandContext,
): Promise<number> {
  if (operands.length === 0)
    throw new HeorotError('usage', 'which node?', { hint: 'for example: nodes show n1' });
  const inventory = await openCommandInventory(flags, context);
  const nodes = await inventory.resolve(operands.join(','));
  const shown = await Promise.all([...nodes].map((name) => lookUp(inventory, name)));
  if (flags.json) await writeJson(context.stdout, shown);
  else await writeAll(context.stdout, shown.map((node) => describe(node, context)).join('\n'));
  const [only] = shown;
  if (shown.length === 1 && only?.known === false && inventory.path !== undefined) {
    const hint = didYouMean(only.name, await inventory.all().catch(() => []));
    if (hint !== undefined) context.stderr.write(`${hint}\n`);
  }
  return ExitCode.ok;
}

async function lookUp(inventory: Inventory, name: string): Promise<ShownNode> {
  return { ...inventory.node(name), groups: await inventory.groupsOf(name) };
}

function describe(node: ShownNode, { theme }: CommandContext): string {
  const { labels = {}, bmc } = node;
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['address', node.address],
    ['port', node.port?.toString()],
    ['user', node.user],
    ['identity', node.identity?.join(', ')],
    ['known hosts', node.knownHosts],
    ['gateway', node.gateway],
    ['transport', node.transport],
    ['mac', node.mac],
    [
      'bmc',
      bmc === undefined ? undefined : [bmc.user, bmc.address].filter((part) => part !== undefined).join('@'),
    ],
    ['rack', node.rack],
    [
      'labels',
      Object.entries(labels)
        .map(([name, value]) => `${name}=${value}`)
        .join(' ') || undefined,
    ],
    ['groups', node.groups.map(({ source, group }) => `@${source}:${group}`).join(' ') || undefined],
  ];
  const said = fields
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  ${name.padEnd(12)} ${value}\n`);
  const note = node.known ? '' : `  ${theme.stdout.warning('not in the inventory: a plain name')}\n`;
  return `${theme.stdout.node(node.name)}\n${note}${said.join('')}`;
}
