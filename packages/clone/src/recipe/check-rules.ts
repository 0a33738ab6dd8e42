// Holds one line against the rules of its command.
import { type Finding, finding, type Place } from './finding.ts';
import type { Arguments, Given } from './parse-arguments.ts';
import { holdsIn, type Syntax } from './syntax.ts';
import { type CommandFacts, MEMBERS, OPERAND, type OptionFacts, type Rule } from './tables/facts.ts';
import { integerOf, listOf } from './value-problem.ts';

/** What the rules ask about a line: its values, its operands, and how each option is read. */
export interface Line {
  readonly arguments: Arguments;
  readonly options: ReadonlyMap<string, OptionFacts>;
  /** Whether any word follows the command. */
  readonly words: boolean;
}

/** The findings of all rules that hold in a syntax. */
export function checkRules(
  command: string,
  facts: CommandFacts,
  line: Line,
  syntax: Syntax,
  place: Place,
): readonly Finding[] {
  return (facts.rules ?? [])
    .filter((rule) => holdsIn(rule.in, syntax))
    .filter(({ when }) => when === undefined || when.is.test(textOf(line, when.option) ?? ''))
    .flatMap((rule) => {
      const broken = brokenBy(command, rule, line);
      return broken === undefined ? [] : [finding(place, 'error', broken.code, rule.why ?? broken.message)];
    });
}

function brokenBy(
  command: string,
  rule: Rule,
  line: Line,
): { readonly code: string; readonly message: string } | undefined {
  const given = (names: readonly string[]): readonly string[] => names.filter((name) => isGiven(line, name));
  switch (rule.rule) {
    case 'exactly-one': {
      const found = given(rule.of);
      if (found.length === 1) return undefined;
      return found.length === 0
        ? { code: 'option-required', message: `${command} needs one of ${names(rule.of)}` }
        : { code: 'options-conflict', message: `${names(found)} exclude one another` };
    }
    case 'at-least-one':
      return given(rule.of).length > 0
        ? undefined
        : {
            code: 'option-required',
            message: `${command} needs ${rule.of.length > 1 ? 'one of ' : ''}${names(rule.of)}`,
          };
    case 'at-most-one': {
      const found = given(rule.of);
      return found.length < 2
        ? undefined
        : { code: 'options-conflict', message: `${names(found)} exclude one another` };
    }
    case 'some-argument':
      return line.words
        ? undefined
        : { code: 'operand-missing', message: `${command} needs an option or a value` };
    case 'excludes': {
      const [one] = given(rule.given);
      const [not] = given(rule.not);
      if (one === undefined || not === undefined) return undefined;
      if (rule.unless !== undefined && isGiven(line, rule.unless)) return undefined;
      return { code: 'options-conflict', message: `${names([one])} cannot stand with ${names([not])}` };
    }
    case 'needs': {
      const [one] = given(rule.given);
      const missing = rule.all.filter((name) => !isGiven(line, name));
      if (one === undefined || missing.length === 0) return undefined;
      return { code: 'option-required', message: `${names([one])} needs ${names(missing)}` };
    }
    case 'matches': {
      const value = textOf(line, rule.option);
      if (value === undefined || value === '' || rule.pattern.test(value)) return undefined;
      return { code: 'option-value', message: `${names([rule.option])} is ${rule.form}, not '${value}'` };
    }
    case 'never': {
      const value = textOf(line, rule.option);
      if (value === undefined || !rule.pattern.test(value)) return undefined;
      return { code: 'option-value', message: `${names([rule.option])} cannot be '${value}'` };
    }
    case 'range':
    default: {
      const value = integerOf(textOf(line, rule.option) ?? '');
      if (value === undefined || (value >= rule.min && value <= rule.max)) return undefined;
      return {
        code: 'option-value',
        message: `${rule.option} is between ${rule.min} and ${rule.max}, not ${value}`,
      };
    }
  }
}

/** Given, and neither empty nor 0: what Python calls true. */
function isGiven(line: Line, name: string): boolean {
  const value = valueOf(line, name);
  if (value === undefined || value === true) return value === true;
  const takes = line.options.get(name)?.takes;
  if (takes === 'integer') return integerOf(value) !== 0;
  if (takes === 'list') return listOf(value).length > 0;
  return value !== '' || line.options.get(name)?.optionalValue === true;
}

function textOf(line: Line, name: string): string | undefined {
  const value = valueOf(line, name);
  return value === true ? 'given' : value;
}

function valueOf(line: Line, name: string): Given | undefined {
  const { operands, options } = line.arguments;
  if (name === OPERAND) return operands[0]?.text;
  if (name === MEMBERS) return operands[1]?.text;
  return options.get(name);
}

function names(list: readonly string[]): string {
  return list
    .map((name) => (name === OPERAND ? 'the first word' : name === MEMBERS ? 'a second word' : name))
    .join(', ');
}
