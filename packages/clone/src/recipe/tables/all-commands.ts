// The facts of all families in one table, and the other names of commands.
import { accounts } from './accounts.ts';
import { devices } from './devices.ts';
import type { CommandFacts, CommandTable } from './facts.ts';
import { installer } from './installer.ts';
import { sections } from './sections.ts';
import { source } from './source.ts';
import { storage } from './storage.ts';
import { system } from './system.ts';
import { volumes } from './volumes.ts';

/** The tables by family, as they are documented. */
export const families: readonly { readonly title: string; readonly commands: CommandTable }[] = [
  { title: 'Disks and partitions', commands: storage },
  { title: 'Volumes', commands: volumes },
  { title: 'Devices', commands: devices },
  { title: 'System', commands: system },
  { title: 'Accounts', commands: accounts },
  { title: 'Sources', commands: source },
  { title: 'Installer', commands: installer },
  { title: 'Sections', commands: sections },
];

const byName: ReadonlyMap<string, CommandFacts> = new Map(
  families.flatMap(({ commands }) => Object.entries(commands)),
);

const otherNames: Readonly<Record<string, string>> = { partition: 'part' };

/** All names a line may begin with, other names included; sections begin with `%`. */
export const commandNames: readonly string[] = [...byName.keys(), ...Object.keys(otherNames)].sort();

/** The name a command is known by in the tables: `part` for `partition`. */
export function canonicalName(name: string): string {
  return Object.hasOwn(otherNames, name) ? (otherNames[name] ?? name) : name;
}

/** The facts of a command or a section (`%post`). */
export function factsOf(name: string): CommandFacts | undefined {
  return byName.get(canonicalName(name));
}
