// The grammars of option values.
import type { OptionFacts } from './tables/facts.ts';

/** What is wrong with a value; `undefined` when it is good. */
export function valueProblem(name: string, option: OptionFacts, value: string): string | undefined {
  if (option.filled === true && value === '') return `${name} must not be empty`;
  if (option.takes === 'integer' && integerOf(value) === undefined)
    return `${name} takes a whole number, not '${value}'`;
  if (option.takes === 'boolean' && booleanOf(value) === undefined)
    return `${name} takes yes or no, not '${value}'`;
  if (option.oneOf === undefined) return undefined;
  const fold = (text: string): string => (option.anyCase === true ? text.toLowerCase() : text);
  if (option.oneOf.some((each) => fold(each) === fold(value))) return undefined;
  return `${name} takes one of ${option.oneOf.join(', ')}, not '${value}'`;
}

/** A number as Python's `int()` reads it: blanks around, a sign, `_` between digits. */
export function integerOf(value: string): number | undefined {
  return /^\s*[+-]?\d+(_\d+)*\s*$/.test(value) ? Number(value.replaceAll('_', '')) : undefined;
}

/** on, yes, true, 1 or off, no, false, 0, in any case. */
export function booleanOf(value: string): boolean | undefined {
  if (/^(on|yes|true|1)$/i.test(value)) return true;
  if (/^(off|no|false|0)$/i.test(value)) return false;
  return undefined;
}

/** The parts of a list: separated by commas, blanks around them and empty parts dropped. */
export function listOf(value: string): readonly string[] {
  return value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
