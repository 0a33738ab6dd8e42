// The verb `enrol`.
import { userInfo } from 'node:os';
import {
  type CommandContext,
  confirm,
  ExitCode,
  type FlagValues,
  openCommandInventory,
  renderTable,
  writeAll,
  writeJson,
} from '@heorot/cli';
import { HeorotError, type Inventory, NodeSet, parseMac, recordMacs } from '@heorot/inventory';
import { stateFolder } from '@heorot/state';
import type { EnrolFlags } from '../commands/enrol.ts';
import { readKnownMachines } from '../service/known-machines.ts';
import { openHead, readHead } from '../service/open-head.ts';
import type { SeenMachine } from './machine-store.ts';

export async function enrolMachines(flags: FlagValues<EnrolFlags>, context: CommandContext): Promise<number> {
  const inventory = await openCommandInventory(flags, context);
  const unknown = await unknownMachines(inventory, flags.ignore, context);
  if (flags.forget) {
    using head = await openHead(stateFolder(context.env, 'clone'));
    for (const { mac } of unknown) head.machines.forget(mac);
    await writeAll(context.stdout, `forgotten: ${unknown.length}\n`);
    return ExitCode.ok;
  }
  const names = flags.nodes.length === 0 ? [] : [...(await inventory.resolve(flags.nodes.join(',')))];
  const named = pair(names, unknown, inventory);
  if (flags.json)
    await writeJson(
      context.stdout,
      unknown.map((each) => ({ ...documentOf(each), node: named.get(each.mac) })),
    );
  else
    await writeAll(
      flags['dry-run'] || names.length === 0 ? context.stdout : context.stderr,
      table(unknown, named),
    );
  if (names.length === 0 || flags['dry-run']) return ExitCode.ok;
  const nodes = NodeSet.from(names).toString();
  await confirm(context, {
    consequence: `this names ${names.length} machines in ${inventory.macsFile ?? 'no file'}`,
    expected: nodes,
    yes: flags.yes,
    signal: context.signal,
  });
  await recordMacs(inventory, new Map([...named].map(([mac, node]) => [node, mac])), userInfo().uid);
  await writeAll(
    context.stdout,
    `named: ${nodes}; learn their disks with: clone boot discover -w ${nodes}\n`,
  );
  return ExitCode.ok;
}

/** In the order first seen. */
async function unknownMachines(
  inventory: Inventory,
  ignored: readonly string[],
  { env }: CommandContext,
): Promise<readonly SeenMachine[]> {
  using head = readHead(stateFolder(env, 'clone'));
  const { byMac } = await readKnownMachines(() => Promise.resolve(inventory)).catch((error: unknown) => {
    if (error instanceof HeorotError && error.code !== 'mac-twice')
      return { byMac: new Map<string, unknown>() };
    throw error;
  });
  const left = new Set(ignored.map((text) => parseMac(text) ?? text));
  return (head?.machines.all() ?? []).filter(({ mac }) => !byMac.has(mac) && !left.has(mac));
}

/** @throws HeorotError `enrol-count`, `enrol-named` */
function pair(
  names: readonly string[],
  machines: readonly SeenMachine[],
  inventory: Inventory,
): ReadonlyMap<string, string> {
  if (names.length > machines.length)
    throw new HeorotError('enrol-count', `${names.length} names for ${machines.length} unknown machines`, {
      hint: 'wait until all have asked for an address, or name fewer',
    });
  const taken = names.find((name) => inventory.node(name).mac !== undefined);
  if (taken !== undefined)
    throw new HeorotError('enrol-named', `${taken} has a MAC address already: ${inventory.node(taken).mac}`, {
      hint: 'for a new card remove its line from the macs file first',
    });
  return new Map(names.map((name, at) => [machines[at]?.mac ?? '', name]));
}

function table(machines: readonly SeenMachine[], named: ReadonlyMap<string, string>): string {
  if (machines.length === 0) return 'no machine has asked that the inventory does not know\n';
  const first = Math.min(...machines.map(({ firstSeen }) => firstSeen));
  const lines = renderTable(
    [
      { title: 'mac' },
      { title: 'first seen' },
      { title: 'after', align: 'right' },
      { title: 'firmware' },
      { title: 'product' },
      { title: 'name' },
    ],
    machines.map(({ mac, firstSeen, platform, report }) => [
      mac,
      new Date(firstSeen).toISOString().slice(0, 19).replace('T', ' '),
      `${Math.round((firstSeen - first) / 1000)} s`,
      platform === 'efi' ? 'UEFI' : platform === undefined ? '' : 'BIOS',
      (report?.product ?? '').replaceAll(/[^\x20-\x7e]/g, '?'),
      named.get(mac) ?? '',
    ]),
  );
  return `${lines.join('\n')}\n`;
}

function documentOf({ mac, firstSeen, lastSeen, address, platform }: SeenMachine): object {
  return {
    mac,
    firstSeen: new Date(firstSeen).toISOString(),
    lastSeen: new Date(lastSeen).toISOString(),
    address,
    platform,
  };
}
