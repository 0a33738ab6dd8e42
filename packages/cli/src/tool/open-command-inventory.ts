// The inventory that a command works with, from its --cluster flag and its surroundings.
import { type Inventory, openInventory } from '@heorot/inventory';
import type { CommandContext } from './tool.ts';

/** @throws HeorotError `cluster-file-*` */
export async function openCommandInventory(
  flags: { readonly cluster: string | undefined },
  { env, cwd }: Pick<CommandContext, 'env' | 'cwd'>,
): Promise<Inventory> {
  return openInventory({ ...(flags.cluster === undefined ? {} : { clusterFile: flags.cluster }), env, cwd });
}
