// The parser of recipes: lines into commands and sections, each checked by the facts of its command.
import { didYouMean } from '@heorot/inventory';
import { type CheckedLines, checkCommand } from './check-command.ts';
import { checkPackageLine } from './check-package-line.ts';
import { type Finding, finding, type Place } from './finding.ts';
import { LineSource, type ReadInclude } from './line-source.ts';
import type { Recipe, RecipeCommand, RecipeSection, SourceLine } from './recipe.ts';
import { splitWords, type Word } from './split-words.ts';
import type { Syntax } from './syntax.ts';
import { commandNames, factsOf } from './tables/all-commands.ts';
import { templateMark } from './template-mark.ts';

/** How a recipe is read. */
export interface ParseOptions {
  readonly syntax: Syntax;
  /** Without it `%include` and `%ksappend` are not followed. */
  readonly readInclude?: ReadInclude;
}

/**
 * Reads a recipe. Never throws: whatever the text, the result is what was understood and what was wrong.
 *
 * @example parseRecipe('lang en_US.UTF-8\n', { syntax: 'RHEL9' }).recipe.commands[0]?.name // 'lang'
 */
export function parseRecipe(
  text: string,
  { syntax, readInclude }: ParseOptions,
): { readonly recipe: Recipe; readonly findings: readonly Finding[] } {
  const source = new LineSource(text, readInclude);
  const findings: Finding[] = [];
  const commands: RecipeCommand[] = [];
  const sections: RecipeSection[] = [];
  const before: CheckedLines = { seen: new Set(), unique: new Set(), lasting: new Map() };

  for (let line = source.next(); line !== undefined; line = source.next()) {
    if (isBlankOrComment(line.text)) continue;
    const words = wordsOf(line, true, findings);
    const [head, ...rest] = words;
    if (head === undefined) continue;
    const place: Place = { file: line.file, line: line.line, column: head.column };
    if (head.text === '%include' || head.text === '%ksappend') {
      findings.push(...source.include(rest[0]?.text, head.text, place));
    } else if (head.text.startsWith('%')) {
      const section = readSection(line, head, rest, place);
      if (section !== undefined) sections.push(section);
    } else {
      const checked = checkedCommand(line, head, rest, place);
      findings.push(...checked.findings);
      if (checked.command !== undefined) commands.push(checked.command);
    }
  }
  return { recipe: { syntax, commands, sections, lines: source.taken }, findings };

  function checkedCommand(line: SourceLine, head: Word, rest: readonly Word[], place: Place) {
    const facts = factsOf(head.text);
    const mark = templateMark(line.text);
    if (facts === undefined || head.text === '')
      return {
        command: undefined,
        findings: [
          mark === undefined
            ? finding(
                place,
                'error',
                'unknown-command',
                `no command '${head.text}'`,
                didYouMean(
                  head.text,
                  commandNames.filter((name) => !name.startsWith('%')),
                ),
              )
            : finding({ ...place, column: mark.column }, 'error', 'templated', mark.message, mark.hint),
        ],
      };
    const checked = checkCommand({ facts, head, words: rest, line, place, syntax, before });
    const command =
      checked.arguments === undefined
        ? undefined
        : { name: checked.name, place, arguments: checked.arguments, source: line };
    if (mark === undefined) return { command, findings: checked.findings };
    const severity = checked.findings.some((each) => each.severity === 'error') ? 'error' : 'warning';
    const templated = finding(
      { ...place, column: mark.column },
      severity,
      'templated',
      mark.message,
      mark.hint,
    );
    return { command, findings: [templated, ...checked.findings] };
  }

  function readSection(
    heading: SourceLine,
    head: Word,
    rest: readonly Word[],
    place: Place,
  ): RecipeSection | undefined {
    const facts = factsOf(head.text);
    const mark = templateMark(heading.text);
    if (facts === undefined) {
      const [code, message, hint] =
        mark !== undefined
          ? (['templated', mark.message, mark.hint] as const)
          : head.text === '%end'
            ? (['section-end', '%end without a section', undefined] as const)
            : ([
                'unknown-section',
                `no section '${head.text}'`,
                didYouMean(head.text, sectionNames),
              ] as const);
      findings.push(finding(place, 'error', code, message, hint));
      return undefined;
    }
    const checked = checkCommand({ facts, head, words: rest, line: heading, place, syntax, before });
    findings.push(...checked.findings);
    const body: SourceLine[] = [];
    for (let line = source.next(); line !== undefined; line = source.next()) {
      const first = /^\s*(%\S*)/u.exec(line.text)?.[1];
      const here: Place = { file: line.file, line: line.line, column: line.text.search(/\S/u) + 1 };
      if (first === '%end' && head.text === '%certificate' && body.every(({ text }) => text.trim() === ''))
        findings.push(finding(here, 'error', 'section-empty', 'the certificate is empty'));
      if (first === '%end')
        return { name: head.text, place, arguments: checked.arguments ?? nothing, heading, body };
      if (first === '%include')
        findings.push(...source.include(wordsOf(line, false, findings)[1]?.text, '%include', here));
      else if (first === '%ksappend')
        findings.push(...source.include(line.text.trim().split(' ')[1], '%ksappend', here));
      else if (first !== undefined && factsOf(first) !== undefined) {
        findings.push(
          finding(
            here,
            'error',
            'section-unterminated',
            `${head.text} of line ${heading.line} has no %end before ${first}`,
            'end each section by a line %end',
          ),
        );
        return readSection(
          line,
          { text: first, column: here.column },
          wordsOf(line, false, findings).slice(1),
          here,
        );
      } else {
        if (head.text === '%packages') findings.push(...checkPackageLine(line, here));
        body.push(line);
      }
    }
    findings.push(
      finding(
        place,
        'error',
        'section-unterminated',
        `${head.text} has no %end`,
        'end each section by a line %end',
      ),
    );
    return undefined;
  }
}

const nothing = { options: new Map(), all: new Map(), operands: [] };
const sectionNames = [
  ...commandNames.filter((name) => name.startsWith('%')),
  '%include',
  '%ksappend',
  '%end',
];

function isBlankOrComment(text: string): boolean {
  const trimmed = text.trim();
  return trimmed === '' || trimmed.startsWith('#');
}

function wordsOf(line: SourceLine, comments: boolean, findings: Finding[]): readonly Word[] {
  const split = splitWords(line.text, comments);
  if (split.kind === 'open') {
    const place = { file: line.file, line: line.line, column: split.column };
    const mark = templateMark(line.text);
    findings.push(
      mark === undefined
        ? finding(place, 'error', 'quote-open', `the ${split.what} is not closed on this line`)
        : finding({ ...place, column: mark.column }, 'error', 'templated', mark.message, mark.hint),
    );
    return [];
  }
  if (split.comment !== undefined) {
    const place = { file: line.file, line: line.line, column: split.comment };
    findings.push(
      finding(
        place,
        'warning',
        'comment-in-word',
        "'#' inside a word ends the line as a comment",
        'put the word in quotes',
      ),
    );
  }
  return split.words;
}
