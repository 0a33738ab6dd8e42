// The machines of the inventory by their MAC, read again when the cluster file or the macs file has changed.
import { stat } from 'node:fs/promises';
import { HeorotError, type Inventory, type NodeRecord } from '@heorot/inventory';

export interface KnownMachines {
  readonly inventory: Inventory;
  readonly byMac: ReadonlyMap<string, NodeRecord>;
  /** Whether the files have changed since. */
  isStale(): Promise<boolean>;
}

/** @throws HeorotError `mac-twice`, and what opening throws */
export async function readKnownMachines(open: () => Promise<Inventory>): Promise<KnownMachines> {
  const inventory = await open();
  const files = [inventory.path, inventory.macsFile].filter((path) => path !== undefined);
  const before = await timesOf(files);
  const byMac = new Map<string, NodeRecord>();
  for (const name of await inventory.all()) {
    const record = inventory.node(name);
    if (record.mac === undefined) continue;
    const holder = byMac.get(record.mac);
    if (holder !== undefined)
      throw new HeorotError('mac-twice', `${record.mac} belongs to ${holder.name} and to ${name}`, {
        hint: 'correct the cluster file or the macs file: one of them is wrong',
      });
    byMac.set(record.mac, record);
  }
  return { inventory, byMac, isStale: async () => (await timesOf(files)) !== before };
}

async function timesOf(files: readonly string[]): Promise<string> {
  const times = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`,
        () => 'missing',
      ),
    ),
  );
  return times.join('\n');
}
