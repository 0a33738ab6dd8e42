// Splits a command line into our own flags and the operands, before any library sees it.
// oclif sorts operands, reads flags behind the first operand and fills a missing one from stdin: a remote command
// would not survive it. POSIX Utility Syntax Guidelines 3 to 10, with GNU long options.
import { HeorotError, suggest } from '@heorot/inventory';
import type { Operands } from '../tool/tool.ts';
import { type FlagIndex, indexFlags, isNegatable, type NamedFlag, takesValue } from './flag-index.ts';
import type { FlagTable } from './flag-table.ts';

/** One flag as typed; `flag` is its long name in the table. */
export interface FlagToken {
  readonly flag: string;
  /** The value, untouched; empty for switches and counts. */
  readonly value: string;
  /** `--no-NAME`. */
  readonly negated: boolean;
  /** How many operands stand before it: flags that act on what was named so far need to know. */
  readonly operandsBefore: number;
}

/** Flags of other tools as typed there, and what to type here. */
type ForeignFlags = Readonly<Record<string, string>>;

type ReadFlag = Omit<FlagToken, 'operandsBefore'>;

export interface SplitArgv {
  /** In the order typed. */
  readonly tokens: readonly FlagToken[];
  /** Byte for byte as typed; for a remote command all from the first operand on, whatever it looks like. */
  readonly operands: readonly string[];
}

/**
 * Reads argv (without node and script) against a flag table.
 * A separate value may begin with a dash unless it is one of our own flags: `-w -g x` is a forgotten value,
 * `--nodes=-g` is not.
 *
 * @throws HeorotError `usage`: unknown flag, missing or unwanted value, unwanted operand
 * @example splitArgv(['-f8', 'uname', '-r'], flags, { kind: 'remote-command', ... }) // operands: ['uname', '-r']
 */
export function splitArgv(
  argv: readonly string[],
  table: FlagTable,
  operands: Operands,
  foreign: ForeignFlags = {},
): SplitArgv {
  const index = indexFlags(table);
  const tokens: FlagToken[] = [];
  const free: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const argument = argv[at] ?? '';
    if (argument === '--') {
      free.push(...argv.slice(at + 1));
      break;
    }
    if (argument === '-' || !argument.startsWith('-')) {
      if (operands.kind === 'remote-command') {
        free.push(...argv.slice(at));
        break;
      }
      free.push(argument);
      continue;
    }
    const read = argument.startsWith('--')
      ? readLong(argument, index, foreign)
      : readShort(argument, index, foreign);
    const operandsBefore = free.length;
    tokens.push(...read.tokens.map((token) => ({ ...token, operandsBefore })));
    if (read.wantsValue === undefined) continue;
    at += 1;
    const value = separateValue(argv[at], read.wantsValue, index);
    tokens.push({ flag: read.wantsValue.name, value, negated: false, operandsBefore });
  }
  if (operands.kind === 'none' && free[0] !== undefined) {
    throw new HeorotError('usage', `unexpected operand '${free[0]}'`);
  }
  return { tokens, operands: free };
}

interface ReadFlags {
  readonly tokens: readonly ReadFlag[];
  /** The last flag, when its value is the next argument. */
  readonly wantsValue?: NamedFlag;
}

/** `--name`, `--name=value`, `--no-name` */
function readLong(argument: string, index: FlagIndex, foreign: ForeignFlags): ReadFlags {
  const equals = argument.indexOf('=');
  const name = argument.slice(2, equals === -1 ? undefined : equals);
  const value = equals === -1 ? undefined : argument.slice(equals + 1);
  const found = index.long(name);
  if (found !== undefined && takesValue(found.flag)) {
    if (value === undefined) return { tokens: [], wantsValue: found };
    return { tokens: [{ flag: found.name, value, negated: false }] };
  }
  const positive = name.startsWith('no-') ? index.long(name.slice(3)) : undefined;
  const negated = found === undefined && positive !== undefined && isNegatable(positive.flag);
  const meant = negated ? positive : found;
  if (meant === undefined) throw unknownFlag(`--${name}`, index, foreign);
  if (value !== undefined) throw new HeorotError('usage', `flag --${name} takes no value, got '${value}'`);
  return { tokens: [{ flag: meant.name, value: '', negated }] };
}

/** `-a`, `-bf`, `-f8`, `-bf8`: letters until one takes a value, which is the rest or the next argument. */
function readShort(argument: string, index: FlagIndex, foreign: ForeignFlags): ReadFlags {
  const tokens: ReadFlag[] = [];
  const letters = Array.from(argument.slice(1));
  for (const [at, letter] of letters.entries()) {
    const found = index.short(letter);
    if (found === undefined) throw unknownLetter(letter, argument, index, foreign);
    if (!takesValue(found.flag)) {
      tokens.push({ flag: found.name, value: '', negated: false });
      continue;
    }
    const glued = letters.slice(at + 1).join('');
    if (glued === '') return { tokens, wantsValue: found };
    tokens.push({ flag: found.name, value: glued, negated: false });
    break;
  }
  return { tokens };
}

function separateValue(argument: string | undefined, { name, flag }: NamedFlag, index: FlagIndex): string {
  if (argument !== undefined && !looksLikeOurs(argument, index)) return argument;
  const placeholder = 'value' in flag ? flag.value : 'VALUE';
  const hint =
    argument === undefined ? {} : { hint: `if '${argument}' is the value, write --${name}=${argument}` };
  throw new HeorotError('usage', `flag --${name} needs a value (${placeholder})`, hint);
}

function looksLikeOurs(argument: string, index: FlagIndex): boolean {
  if (argument === '--') return true;
  if (argument.startsWith('--')) return index.long(argument.slice(2).replace(/=.*$/s, '')) !== undefined;
  return argument.length === 2 && argument.startsWith('-') && index.short(argument.slice(1)) !== undefined;
}

function unknownFlag(typed: string, index: FlagIndex, foreign: ForeignFlags): HeorotError {
  const meant = suggest(typed, index.spellings) ?? soleCompletion(typed, index);
  const hint = hintFor(typed, foreign) ?? (meant === undefined ? {} : { hint: `did you mean ${meant}?` });
  return new HeorotError('usage', `unknown flag ${typed}`, hint);
}

/** `--connect` for `--connect-timeout`: too far for spelling, but a beginning of one flag only. */
function soleCompletion(typed: string, index: FlagIndex): string | undefined {
  const longer = index.spellings.filter((spelling) => spelling.startsWith(typed));
  return longer.length === 1 ? longer[0] : undefined;
}

function unknownLetter(
  letter: string,
  argument: string,
  index: FlagIndex,
  foreign: ForeignFlags,
): HeorotError {
  const where = argument.length > 2 ? ` in ${argument}` : '';
  const long = index.long(argument.slice(1).replace(/=.*$/s, ''));
  const hint = long === undefined ? hintFor(`-${letter}`, foreign) : { hint: `did you mean -${argument}?` };
  return new HeorotError('usage', `unknown flag -${letter}${where}`, hint);
}

function hintFor(typed: string, foreign: ForeignFlags): { readonly hint: string } | undefined {
  const hint = Object.hasOwn(foreign, typed) ? foreign[typed] : undefined;
  return hint === undefined ? undefined : { hint };
}
