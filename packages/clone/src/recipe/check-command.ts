// Checks one command, or the heading of a section, by its facts and by the lines that stand before it.
import { checkRealm } from './check-realm.ts';
import { checkRules } from './check-rules.ts';
import { type Finding, finding, type Place } from './finding.ts';
import { type Arguments, type Given, optionsIn, parseArguments } from './parse-arguments.ts';
import type { SourceLine } from './recipe.ts';
import type { Word } from './split-words.ts';
import { holdsIn, type Syntax } from './syntax.ts';
import { canonicalName } from './tables/all-commands.ts';
import { type CommandFacts, OPERAND } from './tables/facts.ts';

/** What the lines before left behind. */
export interface CheckedLines {
  /** Commands that came, by their canonical names. */
  readonly seen: Set<string>;
  /** What must not come again. */
  readonly unique: Set<string>;
  /** Values that stay, by `command option`. */
  readonly lasting: Map<string, Given>;
}

/** One line to check. */
export interface CommandLine {
  readonly facts: CommandFacts;
  readonly head: Word;
  readonly words: readonly Word[];
  readonly line: SourceLine;
  readonly place: Place;
  readonly syntax: Syntax;
  readonly before: CheckedLines;
}

/** Checks a line and notes it among those before the next. `arguments` are there only when the line has no errors. */
export function checkCommand(command: CommandLine): {
  readonly name: string;
  readonly arguments: Arguments | undefined;
  readonly findings: readonly Finding[];
} {
  const { facts, head, words, line, place, syntax, before } = command;
  const name = canonicalName(head.text);
  const refuse = (code: string, message: string) => ({
    name,
    arguments: undefined,
    findings: [finding(place, 'error', code, message)],
  });
  if (!holdsIn(facts.in, syntax))
    return refuse('command-not-in-syntax', `${head.text} is no command of ${syntax}`);
  const conflict = conflictOf(facts, syntax, before.seen);
  before.seen.add(name);
  if (conflict !== undefined)
    return refuse('commands-conflict', `${head.text} cannot be used together with ${conflict} above`);
  if (facts.removed !== undefined && holdsIn(facts.removed, syntax))
    return refuse('command-removed', `${head.text} was removed before ${syntax}`);
  if (facts.deprecated !== undefined && holdsIn(facts.deprecated, syntax))
    return {
      name,
      arguments: undefined,
      findings: [
        finding(
          place,
          'warning',
          'command-deprecated',
          `${head.text} has no effect any more`,
          'leave it out',
        ),
      ],
    };

  const findings: Finding[] = [];
  if (facts.superseded !== undefined && holdsIn(facts.superseded.in, syntax))
    findings.push(
      finding(place, 'warning', 'command-superseded', `${head.text} will go`, `use ${facts.superseded.by}`),
    );
  if (facts.arguments !== undefined) {
    if (facts.arguments === 'realm')
      findings.push(
        ...checkRealm(line.text.slice(head.text.length).trim(), place),
        ...realmTwice(before, place),
      );
    return { name, arguments: hasError(findings) ? undefined : { ...nothing, operands: words }, findings };
  }

  const parsed = parseArguments(head.text, facts, words, syntax, place);
  findings.push(...parsed.findings);
  const options = optionsIn(facts, syntax);
  const withLasting = new Map([...lastingOf(name, facts, before), ...parsed.arguments.options]);
  // What cannot be read at all says nothing about the rules.
  if (!hasError(findings)) {
    const read = {
      arguments: { ...parsed.arguments, options: withLasting },
      options,
      words: words.length > 0,
    };
    findings.push(...checkRules(head.text, facts, read, syntax, place));
    for (const option of facts.lasting ?? []) {
      const value = parsed.arguments.options.get(option);
      if (value !== undefined) before.lasting.set(`${name} ${option}`, value);
    }
  }
  const again = hasError(findings) ? undefined : seenAgain(name, facts, parsed.arguments, before, place);
  if (again !== undefined) findings.push(again);
  return { name, arguments: hasError(findings) ? undefined : parsed.arguments, findings };
}

const nothing: Arguments = { options: new Map(), all: new Map(), operands: [] };

function hasError(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity === 'error');
}

function conflictOf(facts: CommandFacts, syntax: Syntax, seen: ReadonlySet<string>): string | undefined {
  return (facts.conflicts ?? [])
    .filter((conflict) => holdsIn(conflict.in, syntax))
    .flatMap((conflict) => conflict.with)
    .find((other) => seen.has(other));
}

function lastingOf(
  name: string,
  facts: CommandFacts,
  before: CheckedLines,
): readonly (readonly [string, Given])[] {
  return (facts.lasting ?? []).flatMap((option) => {
    const value = before.lasting.get(`${name} ${option}`);
    return value === undefined ? [] : [[option, value] as const];
  });
}

function realmTwice(before: CheckedLines, place: Place): readonly Finding[] {
  const twice = before.unique.has('realm');
  before.unique.add('realm');
  return twice ? [finding(place, 'error', 'command-twice', 'a realm is joined once only')] : [];
}

/** The finding when a line says again what may be said once only. */
function seenAgain(
  name: string,
  facts: CommandFacts,
  { options, operands }: Arguments,
  before: CheckedLines,
  place: Place,
): Finding | undefined {
  if (facts.unique === undefined) return undefined;
  const { by, severity, except } = facts.unique;
  const values = by.map((option) => (option === OPERAND ? operands[0]?.text : options.get(option)) ?? '');
  if (values[0] === except && except !== undefined) return undefined;
  const key = JSON.stringify([name, ...values]);
  if (before.unique.has(key)) {
    const what = values.filter((value) => value !== '').join(' ');
    return finding(
      place,
      severity,
      'defined-twice',
      `${name} ${what === '' ? 'without a device' : `'${what}'`} stands above already`,
    );
  }
  before.unique.add(key);
  return undefined;
}
