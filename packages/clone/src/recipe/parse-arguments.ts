// Reads the words after a command as options and operands, as Python's argparse does (docs.python.org/3/library/argparse):
// `--size 10`, `--size=10`, unambiguous beginnings of names (`--boot-dr`), operands before, between and after options.
import { didYouMean } from '@heorot/inventory';
import { type Finding, finding, type Place } from './finding.ts';
import type { Word } from './split-words.ts';
import { holdsIn, type Syntax } from './syntax.ts';
import type { CommandFacts, OptionFacts } from './tables/facts.ts';
import { valueProblem } from './value-problem.ts';

/** A value as written; a flag's is `true`, that of an option whose value was left out too. */
export type Given = string | true;

/** What was read of a line. */
export interface Arguments {
  /** By the option's own name (`--fstype` for `--type`); the last one written counts. */
  readonly options: ReadonlyMap<string, Given>;
  /** Every value of each option, in the order written. */
  readonly all: ReadonlyMap<string, readonly Given[]>;
  readonly operands: readonly Word[];
}

/**
 * Reads words by the facts of a command.
 * @param place of the command, where what is missing is reported
 */
export function parseArguments(
  command: string,
  facts: CommandFacts,
  words: readonly Word[],
  syntax: Syntax,
  place: Place,
): { readonly arguments: Arguments; readonly findings: readonly Finding[] } {
  const options = optionsIn(facts, syntax);
  const findings: Finding[] = [];
  const all = new Map<string, Given[]>();
  const chunks: Word[][] = [];
  const loose: Word[] = [];
  let chunkOpen = false;
  let onlyOperands = false;
  const at = (word: Word): Place => ({ ...place, column: word.column });

  function operand(word: Word): void {
    if (chunkOpen) chunks.at(-1)?.push(word);
    else chunks.push([word]);
    chunkOpen = true;
  }

  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (word === undefined) break;
    if (!onlyOperands && word.text === '--' && facts.operands !== undefined) {
      onlyOperands = true;
      continue;
    }
    const read = onlyOperands || word.text === '--' ? undefined : readOption(word.text, options);
    if (read === undefined) {
      operand(word);
      continue;
    }
    if (read.kind === 'unknown') {
      if (facts.looseOptions) loose.push(word);
      else findings.push(unknownOption(command, facts, read.name, at(word), syntax));
      chunkOpen = false;
      continue;
    }
    chunkOpen = false;
    if (read.kind === 'ambiguous') {
      const message = `'${read.name}' may mean ${read.names.join(' or ')}`;
      findings.push(finding(at(word), 'error', 'option-ambiguous', message, 'write the whole name'));
      continue;
    }
    const { name, facts: option } = read;
    if (option.deprecated !== undefined && holdsIn(option.deprecated, syntax))
      findings.push(
        finding(
          at(word),
          'warning',
          'option-deprecated',
          `${name} of ${command} has no effect any more`,
          'leave it out',
        ),
      );
    let value: Given | undefined = read.value;
    if (option.takes === 'nothing') {
      if (value !== undefined) {
        findings.push(finding(at(word), 'error', 'option-value-unwanted', `${name} takes no value`));
        continue;
      }
      value = true;
    } else if (value === undefined) {
      const next = words[i + 1];
      if (next !== undefined && next.text !== '--' && readOption(next.text, options) === undefined) {
        value = next.text;
        i += 1;
      } else if (option.optionalValue) value = true;
      else {
        findings.push(finding(at(word), 'error', 'option-value-missing', `${name} needs a value`));
        continue;
      }
    }
    const problem = value === true ? undefined : valueProblem(name, option, value);
    if (problem !== undefined) findings.push(finding(at(word), 'error', 'option-value', problem));
    const known = option.sameAs ?? name;
    all.set(known, [...(all.get(known) ?? []), value]);
  }

  findings.push(...missingOptions(command, options, all, place));
  const operands = [...chunks.flat(), ...loose];
  findings.push(...operandFindings(command, facts, chunks, place));
  const last = new Map([...all].map(([name, values]) => [name, values.at(-1) ?? true] as const));
  return { arguments: { options: last, all, operands }, findings };
}

/** The options a command has in a syntax. */
export function optionsIn(facts: CommandFacts, syntax: Syntax): ReadonlyMap<string, OptionFacts> {
  const found = new Map<string, OptionFacts>();
  for (const [name, entry] of Object.entries(facts.options ?? {})) {
    const variants: readonly OptionFacts[] = 'takes' in entry ? [entry] : entry;
    const variant = variants.find((each) => holdsIn(each.in, syntax));
    if (variant !== undefined) found.set(name, variant);
  }
  return found;
}

type Read =
  | {
      readonly kind: 'option';
      readonly name: string;
      readonly facts: OptionFacts;
      readonly value: string | undefined;
    }
  | { readonly kind: 'ambiguous'; readonly name: string; readonly names: readonly string[] }
  | { readonly kind: 'unknown'; readonly name: string };

/** How argparse takes a word; `undefined` for an operand. */
function readOption(word: string, options: ReadonlyMap<string, OptionFacts>): Read | undefined {
  if (!word.startsWith('-') || word === '-') return undefined;
  const whole = options.get(word);
  if (whole !== undefined) return { kind: 'option', name: word, facts: whole, value: undefined };
  const equals = word.indexOf('=');
  const name = equals === -1 ? word : word.slice(0, equals);
  const value = equals === -1 ? undefined : word.slice(equals + 1);
  const exact = options.get(name);
  if (exact !== undefined) return { kind: 'option', name, facts: exact, value };
  const candidates = name.startsWith('--') ? [...options].filter(([each]) => each.startsWith(name)) : [];
  const [first] = candidates;
  if (candidates.length > 1) return { kind: 'ambiguous', name, names: candidates.map(([each]) => each) };
  if (first !== undefined) return { kind: 'option', name: first[0], facts: first[1], value };
  if (/^-\d+$|^-\d*\.\d+$/.test(word) || word.includes(' ')) return undefined;
  return { kind: 'unknown', name };
}

function unknownOption(
  command: string,
  facts: CommandFacts,
  name: string,
  place: Place,
  syntax: Syntax,
): Finding {
  if (Object.hasOwn(facts.options ?? {}, name))
    return finding(place, 'error', 'option-not-in-syntax', `${command} has no ${name} in ${syntax}`);
  return finding(
    place,
    'error',
    'option-unknown',
    `${command} has no option ${name}`,
    didYouMean(name, [...optionsIn(facts, syntax).keys()]),
  );
}

function missingOptions(
  command: string,
  options: ReadonlyMap<string, OptionFacts>,
  given: ReadonlyMap<string, readonly Given[]>,
  place: Place,
): readonly Finding[] {
  return [...options]
    .filter(([name, { required }]) => required === true && !given.has(name))
    .map(([name]) => finding(place, 'error', 'option-required', `${command} needs ${name}`));
}

/** Operands beyond what a command takes, below what it needs, or torn apart by options where they must stand together. */
function operandFindings(
  command: string,
  facts: CommandFacts,
  chunks: readonly (readonly Word[])[],
  place: Place,
): readonly Finding[] {
  const { name, min, max, oneOf } = facts.operands ?? { name: 'operand', min: 0, max: 0 };
  const operands = chunks.flat();
  const torn = facts.operands?.together === true ? chunks[1]?.[0] : undefined;
  const dash =
    facts.operands?.noDash === true ? operands.find((word) => word.text.startsWith('-')) : undefined;
  const extra = dash ?? torn ?? operands[max];
  if (extra !== undefined)
    return [
      finding(
        { ...place, column: extra.column },
        'error',
        'operand-unexpected',
        max === 0
          ? `${command} takes no words: '${visible(extra.text)}'`
          : `unexpected '${visible(extra.text)}' after ${command}`,
        extra.text.endsWith('\n')
          ? 'a line is not continued by a backslash in kickstart: write it on one line'
          : undefined,
      ),
    ];
  if (operands.length < min) return [finding(place, 'error', 'operand-missing', `${command} needs ${name}`)];
  const [first] = operands;
  if (oneOf !== undefined && first !== undefined && !oneOf.includes(first.text))
    return [
      finding(
        { ...place, column: first.column },
        'error',
        'operand-value',
        `${name} of ${command} is one of ${oneOf.join(', ')}, not '${first.text}'`,
      ),
    ];
  return [];
}

function visible(text: string): string {
  return text.replaceAll('\n', '\\n');
}
