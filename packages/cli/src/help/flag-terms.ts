// How a flag is written in help, man page and docs.
import { isNegatable } from '../flags/flag-index.ts';
import type { Flag, FlagTable } from '../flags/flag-table.ts';
import type { Operands, Tool, Verb } from '../tool/tool.ts';

export interface NamedEntry {
  readonly name: string;
  readonly flag: Flag;
}

/** `-w, --nodes SET`; `    --json` where there is no letter, so that long names stand in one column. */
export function flagTerm({ name, flag }: NamedEntry): string {
  const letter = flag.char === undefined ? '    ' : `-${flag.char}, `;
  const long = isNegatable(flag) ? `--[no-]${name}` : `--${name}`;
  return `${letter}${long}${'value' in flag ? ` ${flag.value}` : ''}`;
}

/** The summary with choices and default, as far as it does not say them itself. */
export function flagSummary(flag: Flag): string {
  const choices = flag.kind === 'choice' ? `: ${flag.choices.join(', ')}` : '';
  const fallback = defaultText(flag);
  return `${flag.summary}${choices}${fallback === undefined ? '' : ` (default: ${fallback})`}`;
}

function defaultText(flag: Flag): string | undefined {
  switch (flag.kind) {
    case 'text':
    case 'choice':
      return flag.default;
    case 'number':
      return flag.default?.toString();
    case 'duration':
      return flag.defaultMs === undefined ? undefined : durationAsTyped(flag.defaultMs);
    case 'switch':
      return flag.default === true ? 'on' : undefined;
    case 'list':
    case 'count':
      break;
  }
  return undefined;
}

function durationAsTyped(ms: number): string {
  if (ms % 1000 !== 0) return `${ms}ms`;
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000}h`;
  return ms % 60_000 === 0 ? `${ms / 60_000}m` : `${ms / 1000}s`;
}

/** Visible flags under their headings, in the order of the table. */
export function flagGroups(
  table: FlagTable,
): readonly { readonly heading: string; readonly flags: readonly NamedEntry[] }[] {
  const groups = new Map<string, NamedEntry[]>();
  for (const [name, flag] of Object.entries(table)) {
    if (flag.hidden === true) continue;
    const group = groups.get(flag.group) ?? [];
    group.push({ name, flag });
    groups.set(flag.group, group);
  }
  return [...groups].map(([heading, flags]) => ({ heading, flags }));
}

/** `dsh [FLAGS] COMMAND [ARG...]` */
export function usageLine(tool: Tool, verbName: string, verb: Verb): string {
  return [commandName(tool, verbName), '[FLAGS]', operandsTerm(verb.operands)]
    .filter((part) => part !== '')
    .join(' ');
}

/** `nodes fold` */
export function commandName(tool: Tool, verbName: string): string {
  return verbName === '' ? tool.name : `${tool.name} ${verbName}`;
}

function operandsTerm(operands: Operands): string {
  return operands.kind === 'none' ? '' : operands.name;
}

/** Verbs one may type, with their names, in the order of the tool; all, or those of two words below `lab`. */
export function visibleVerbs(tool: Tool, above = ''): readonly (readonly [string, Verb])[] {
  const beginning = above === '' ? '' : `${above} `;
  return Object.entries(tool.verbs).filter(
    ([name, verb]) => name !== '' && name.startsWith(beginning) && verb.hidden !== true,
  );
}
