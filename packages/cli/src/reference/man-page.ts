// A man page from the tables, in man(7) macros; man-pages(7) says which sections stand in which order.

import { isNegatable, withBuiltIns } from '../flags/flag-index.ts';
import type { FlagTable } from '../flags/flag-table.ts';
import {
  commandName,
  flagGroups,
  flagSummary,
  type NamedEntry,
  usageLine,
  visibleVerbs,
} from '../help/flag-terms.ts';
import type { Example, Operands, Tool, Verb } from '../tool/tool.ts';
import { exitCodesOf } from './exit-codes.ts';

export interface ManPageOptions {
  readonly version: string;
}

/** Section 1; ends in a newline. */
export function renderManPage(tool: Tool, { version }: ManPageOptions): string {
  const verbless = tool.verbs[''];
  const verbs = visibleVerbs(tool);
  return [
    `.TH ${tool.name.toUpperCase()} 1 "" "Heorot ${version}" "Heorot"`,
    '.SH NAME',
    `${text(tool.name)} \\- ${text(tool.summary)}`,
    '.SH SYNOPSIS',
    ...(verbless === undefined ? [] : synopsis(tool, '', verbless)),
    ...verbs.flatMap(([name, verb]) => synopsis(tool, name, verb)),
    '.SH DESCRIPTION',
    ...paragraphs(tool.description),
    ...(verbless === undefined || verbless.description === tool.description
      ? []
      : ['.PP', ...paragraphs(verbless.description)]),
    ...(tool.tools === undefined
      ? []
      : ['.SH TOOLS', ...tool.tools.flatMap(({ name, summary }) => tagged(`.B ${text(name)}`, summary))]),
    ...(verbless === undefined
      ? []
      : ['.SH OPTIONS', ...operandEntry(verbless.operands), ...options(withBuiltIns(verbless.flags))]),
    ...(verbs.length === 0
      ? []
      : ['.SH VERBS', ...verbs.flatMap(([name, verb]) => verbSection(tool, name, verb))]),
    ...examples(verbless?.examples ?? []),
    '.SH EXIT STATUS',
    ...exitCodesOf(tool).flatMap(({ code, summary }) => tagged(`.B ${text(code)}`, summary)),
    ...(tool.files === undefined
      ? []
      : ['.SH FILES', ...tool.files.flatMap(({ path, summary }) => tagged(`.I ${text(path)}`, summary))]),
    ...(tool.seeAlso === undefined ? [] : ['.SH SEE ALSO', seeAlso(tool.seeAlso)]),
    '',
  ].join('\n');
}

function synopsis(tool: Tool, name: string, verb: Verb): readonly string[] {
  const command = commandName(tool, name);
  const rest = usageLine(tool, name, verb).slice(command.length + 1);
  return [`.SY ${quoted(command)}`, text(rest), '.YS'];
}

function verbSection(tool: Tool, name: string, verb: Verb): readonly string[] {
  return [
    `.SS ${quoted(commandName(tool, name))}`,
    ...paragraphs(verb.description),
    ...operandEntry(verb.operands),
    ...options(verb.flags),
    ...verb.examples.flatMap(example),
  ];
}

function operandEntry(operands: Operands): readonly string[] {
  return operands.kind === 'none' ? [] : tagged(`.I ${text(operands.name)}`, operands.summary);
}

/** Each heading as a paragraph of its own, its flags below. */
function options(table: FlagTable): readonly string[] {
  return flagGroups(table).flatMap(({ heading, flags }) => [
    '.PP',
    `.B ${text(heading)}`,
    ...flags.flatMap(option),
  ]);
}

function option({ name, flag }: NamedEntry): readonly string[] {
  const spellings = [
    ...(flag.char === undefined ? [] : [`-${flag.char}`]),
    isNegatable(flag) ? `--[no-]${name}` : `--${name}`,
    ...(flag.aliases ?? []).map((alias) => (alias.length === 1 ? `-${alias}` : `--${alias}`)),
  ];
  const tag = spellings.map((spelling) => `\\fB${text(spelling)}\\fR`).join(', ');
  const value = 'value' in flag ? ` \\fI${text(flag.value)}\\fR` : '';
  const more = flag.description === undefined ? [] : [line(sentence(flag.description))];
  return ['.TP', `${tag}${value}`, line(sentence(flagSummary(flag))), ...more];
}

function examples(list: readonly Example[]): readonly string[] {
  return list.length === 0 ? [] : ['.SH EXAMPLES', ...list.flatMap(example)];
}

function example({ command, summary }: Example): readonly string[] {
  return ['.TP', `\\fB${text(command)}\\fR`, line(summary)];
}

function tagged(tag: string, summary: string): readonly string[] {
  return ['.TP', tag, line(sentence(summary))];
}

function seeAlso(pages: readonly string[]): string {
  return pages
    .map((page) =>
      page.replace(/^(.+)\((\w+)\)$/, (_, name: string, section: string) => `.BR ${text(name)} (${section})`),
    )
    .join(' ,\n');
}

function paragraphs(prose: string): readonly string[] {
  return prose
    .split(/\n\s*\n/)
    .flatMap((paragraph, at) => [
      ...(at === 0 ? [] : ['.PP']),
      ...paragraph.split(/\n/).map((each) => line(each.trim())),
    ]);
}

function sentence(summary: string): string {
  const capital = summary.charAt(0).toUpperCase() + summary.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

/** A text line: never taken for a request. */
function line(prose: string): string {
  const escaped = text(prose);
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

/** As typed: `-`, `'`, `^`, `~` and the backquote would be set as typographical signs (groff_char(7)). */
function text(prose: string): string {
  return (
    prose
      .replaceAll('\\', '\\e')
      .replaceAll('-', '\\-')
      .replaceAll("'", '\\(aq')
      .replaceAll('`', '\\(ga')
      .replaceAll('^', '\\(ha')
      .replaceAll('~', '\\(ti')
      // groff reads bytes unless it is told otherwise (groff_char(7)).
      .replaceAll(
        /\P{ASCII}/gu,
        (character) => `\\[u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
      )
  );
}

/** One argument of a macro. */
function quoted(argument: string): string {
  return `"${text(argument).replaceAll('"', '\\(dq')}"`;
}
