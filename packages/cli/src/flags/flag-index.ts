// Finds a flag by any of the names it may be typed with. Every tool also understands --help and --version.
import type { Flag, FlagTable } from './flag-table.ts';

/** What every tool understands beside its own flags; a table may take the letters for itself. */
const builtInFlags = {
  help: { kind: 'switch', char: 'h', summary: 'show this help', group: 'Other' },
  version: { kind: 'switch', char: 'V', summary: 'show the version', group: 'Other' },
} satisfies FlagTable;

export interface NamedFlag {
  /** The long name, as in the table. */
  readonly name: string;
  readonly flag: Flag;
}

export interface FlagIndex {
  /** By long name or alias, without dashes. */
  long(name: string): NamedFlag | undefined;
  /** By letter, without the dash. */
  short(letter: string): NamedFlag | undefined;
  /** Everything that may be typed, with dashes, for did-you-mean. */
  readonly spellings: readonly string[];
}

export function indexFlags(table: FlagTable): FlagIndex {
  const byName = new Map<string, NamedFlag>();
  const spellings: string[] = [];
  const known: FlagTable = { ...builtInFlags, ...table };
  for (const [name, flag] of Object.entries(known)) {
    const named = { name, flag };
    for (const spelling of [name, ...(flag.char === undefined ? [] : [flag.char]), ...(flag.aliases ?? [])]) {
      byName.set(spelling, named);
    }
    if (flag.hidden !== true) spellings.push(`--${name}`, ...(isNegatable(flag) ? [`--no-${name}`] : []));
  }
  return {
    long: (name) => (name.length > 1 ? byName.get(name) : undefined),
    short: (letter) => (letter.length === 1 ? byName.get(letter) : undefined),
    spellings,
  };
}

export function takesValue(flag: Flag): boolean {
  return flag.kind !== 'switch' && flag.kind !== 'count';
}

export function isNegatable(flag: Flag): boolean {
  return flag.kind === 'switch' && flag.negatable === true;
}

/** The table with the built-in flags at its end, without letters that the table uses itself; for help and completion. */
export function withBuiltIns(table: FlagTable): FlagTable {
  const index = indexFlags(table);
  const own = Object.entries(builtInFlags).map(([name, flag]): [string, Flag] => {
    if (index.short(flag.char)?.name === name) return [name, flag];
    const { char: _taken, ...rest } = flag;
    return [name, rest];
  });
  return { ...table, ...Object.fromEntries(own.filter(([name]) => !(name in table))) };
}
