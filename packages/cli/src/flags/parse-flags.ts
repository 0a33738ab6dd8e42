// Turns split flags into typed values, through oclif's parser (only its parser: the rest of oclif costs 30 ms more).
// The parser checks what goes together; the wording of errors is ours.
import { didYouMean, HeorotError } from '@heorot/inventory';
import { parseDuration } from './duration.ts';
import type { Flag, FlagTable, FlagValues } from './flag-table.ts';
import type { FlagToken } from './split-argv.ts';

/**
 * The values of a table's flags. A flag given twice: lists add up, counts count, of others the last wins.
 * @throws HeorotError `usage`: not a number, out of range, no such choice, flags that exclude or need each other
 */
export async function parseFlags<Table extends FlagTable>(
  tokens: readonly FlagToken[],
  table: Table,
): Promise<FlagValues<Table>> {
  const given = tokens.length === 0 ? {} : await parseWithOclif(tokens, table);
  const values = Object.entries(table).map(([name, flag]) => [
    name,
    valueOf(flag, given[name], countOf(name, tokens)),
  ]);
  // oxlint-disable-next-line no-unsafe-type-assertion -- the table says at run time what FlagValues says in types
  return Object.fromEntries(values) as FlagValues<Table>;
}

type Given = Readonly<Record<string, unknown>>;

async function parseWithOclif(tokens: readonly FlagToken[], table: FlagTable): Promise<Given> {
  const { parse, oclifFlags, guard } = await import('./oclif-flags.ts');
  const argv = tokens.flatMap(({ flag, value, negated }) => {
    if (negated) return [`--no-${flag}`];
    const described = table[flag];
    return described !== undefined && 'value' in described ? [`--${flag}`, guard(value)] : [`--${flag}`];
  });
  try {
    const { flags } = await parse(argv, { flags: oclifFlags(table, convert), strict: true });
    return flags;
  } catch (error) {
    if (error instanceof Error && error.cause instanceof HeorotError) throw error.cause;
    throw clash(tokens, table) ?? error;
  }
}

/** One typed value of a flag; the same for flags from anywhere else than argv. */
function convert(name: string, flag: Flag, text: string): string | number {
  switch (flag.kind) {
    case 'number':
      return toNumber(name, flag, text);
    case 'duration':
      return toDuration(name, flag, text);
    case 'choice':
      if (flag.choices.includes(text)) return text;
      throw new HeorotError('usage', `flag --${name}: '${text}' is not one of ${flag.choices.join(', ')}`, {
        ...hintOf(didYouMean(text, flag.choices)),
      });
    case 'text':
      if (text !== '' || flag.mayBeEmpty === true) return text;
      throw new HeorotError('usage', `flag --${name}: its value (${flag.value}) is empty`);
    case 'list':
    case 'switch':
    case 'count':
      break;
  }
  return text;
}

function toDuration(name: string, { minMs = 0 }: Extract<Flag, { kind: 'duration' }>, text: string): number {
  const value = about(name, () => parseDuration(text));
  if (value >= minMs) return value;
  throw new HeorotError('usage', `flag --${name}: '${text}' leaves no time at all`);
}

function toNumber(name: string, flag: Extract<Flag, { kind: 'number' }>, text: string): number {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = flag;
  if (!/^-?\d+$/.test(text)) {
    const hint = /^=-?\d+$/.test(text) ? `write --${name}${text}` : undefined;
    throw new HeorotError('usage', `flag --${name}: '${text}' is not a whole number`, hintOf(hint));
  }
  const value = Number(text);
  if (value < min) throw new HeorotError('usage', `flag --${name}: ${text} is less than ${min}`);
  if (value > max) throw new HeorotError('usage', `flag --${name}: ${text} is more than ${max}`);
  return value;
}

function about<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof HeorotError)) throw error;
    throw new HeorotError(error.code, `flag --${name}: ${error.message}`, hintOf(error.hint));
  }
}

function hintOf(hint: string | undefined): { hint?: string } {
  return hint === undefined ? {} : { hint };
}

function valueOf(flag: Flag, given: unknown, count: number): unknown {
  switch (flag.kind) {
    case 'switch':
      return given ?? flag.default ?? false;
    case 'count':
      return count;
    case 'list':
      return given ?? [];
    case 'duration':
      return last(given) ?? flag.defaultMs;
    case 'text':
    case 'number':
    case 'choice':
      break;
  }
  return last(given) ?? flag.default;
}

function countOf(name: string, tokens: readonly FlagToken[]): number {
  return tokens.filter((token) => token.flag === name).length;
}

function last(given: unknown): unknown {
  return Array.isArray(given) ? given.at(-1) : given;
}

/** Words the relation between flags that oclif found broken. */
function clash(tokens: readonly FlagToken[], table: FlagTable): HeorotError | undefined {
  const typed = new Set(tokens.map((token) => token.flag));
  for (const name of typed) {
    const other = table[name]?.exclusive?.find((excluded) => typed.has(excluded));
    if (other !== undefined)
      return new HeorotError('usage', `flags --${name} and --${other} exclude each other`);
    const missing = table[name]?.dependsOn?.find((needed) => !typed.has(needed));
    if (missing !== undefined) return new HeorotError('usage', `flag --${name} needs --${missing} as well`);
  }
  return undefined;
}
