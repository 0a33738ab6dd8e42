// All verbs and flags of a tool as plain data: checked in, so that none changes or vanishes unnoticed.
import type { Flag, FlagTable } from '../flags/flag-table.ts';
import type { Tool } from '../tool/tool.ts';

export type FlagSnapshot = Readonly<
  Record<string, { readonly operands: string; readonly flags: readonly string[] }>
>;

/** Keyed by verb; each flag in one line: `-w --nodes SET (list)`. */
export function flagSnapshot(tool: Tool): FlagSnapshot {
  return Object.fromEntries(
    Object.entries(tool.verbs).map(([name, verb]) => [
      name,
      { operands: verb.operands.kind, flags: flagLines(verb.flags) },
    ]),
  );
}

function flagLines(table: FlagTable): readonly string[] {
  return Object.entries(table).map(([name, flag]) =>
    [
      ...(flag.char === undefined ? [] : [`-${flag.char}`]),
      `--${name}`,
      ...(flag.aliases ?? []).map((alias) => (alias.length === 1 ? `-${alias}` : `--${alias}`)),
      ...('value' in flag ? [flag.value] : []),
      `(${kindOf(flag)})`,
    ].join(' '),
  );
}

function kindOf(flag: Flag): string {
  return flag.kind === 'choice' ? flag.choices.join('|') : flag.kind;
}
