// --help, from the tables: usage, verbs, flags under their headings, examples; fits the terminal.
import { withBuiltIns } from '../flags/flag-index.ts';
import { displayWidth, pad, wrap } from '../terminal/display-width.ts';
import { plainTheme } from '../theme/create-theme.ts';
import type { Theme } from '../theme/theme.ts';
import type { Tool, Verb } from '../tool/tool.ts';
import { commandName, flagGroups, flagSummary, flagTerm, usageLine, visibleVerbs } from './flag-terms.ts';

export interface HelpLayout {
  /** Columns of the terminal; 80 when unknown. */
  readonly width?: number | undefined;
  readonly theme?: Theme;
}

/** Help for one verb, for what runs without one (`''`), or for what is below `lab`; ends in a newline. */
export function renderHelp(tool: Tool, verbName: string, layout: HelpLayout = {}): string {
  const page = pageOf(layout);
  const verb = tool.verbs[verbName];
  const verbs = verbName === '' || verb === undefined ? visibleVerbs(tool, verbName) : [];
  const sections = [
    ...usageSection(tool, verbName, verb, page),
    '',
    ...paragraphs(verb?.description ?? tool.description, page.width),
    ...toolSection(tool, verbName, page),
    ...verbSection(verbs, page),
    ...(verb === undefined ? [] : flagSections(verb, page)),
    ...exampleSection(verb?.examples ?? [], page),
    ...(verbs.length === 0 ? [] : ['', ...wrap(moreAbout(tool, verbName), page.width)]),
  ];
  return `${sections.join('\n')}\n`;
}

interface Page {
  readonly width: number;
  readonly theme: Theme;
}

function pageOf({ width = 80, theme = plainTheme }: HelpLayout): Page {
  return { width: Math.min(Math.max(width, 40), 120), theme };
}

function usageSection(tool: Tool, verbName: string, verb: Verb | undefined, page: Page): readonly string[] {
  const lines = [
    ...(verb === undefined ? [] : [usageLine(tool, verbName, verb)]),
    ...(verbName === '' && tool.tools !== undefined ? [`${tool.name} TOOL ...`] : []),
    ...(verb !== undefined && (verbName !== '' || visibleVerbs(tool).length === 0)
      ? []
      : [`${commandName(tool, verbName)} VERB [FLAGS] ...`]),
  ];
  return lines.map((line, at) => `${at === 0 ? page.theme.strong('Usage:') : '      '} ${line}`);
}

function paragraphs(text: string, width: number): readonly string[] {
  return text
    .split(/\n\s*\n/)
    .flatMap((paragraph, at) => [...(at === 0 ? [] : ['']), ...wrap(paragraph, width)]);
}

function toolSection({ tools = [] }: Tool, verbName: string, page: Page): readonly string[] {
  if (tools.length === 0 || verbName !== '') return [];
  const entries = tools.map(({ name, summary }) => ({ term: name, text: summary }));
  return ['', page.theme.strong('Tools'), ...definitions(entries, page)];
}

function moreAbout({ name, tools = [] }: Tool, verbName: string): string {
  const what = tools.length === 0 || verbName !== '' ? 'a verb' : 'a tool or a verb';
  return `More about ${what}: ${name} ${what === 'a verb' ? 'VERB' : 'NAME'} --help`;
}

function verbSection(verbs: readonly (readonly [string, Verb])[], page: Page): readonly string[] {
  if (verbs.length === 0) return [];
  const entries = verbs.map(([name, verb]) => ({ term: name, text: verb.summary }));
  return ['', page.theme.strong('Verbs'), ...definitions(entries, page)];
}

function flagSections(verb: Verb, page: Page): readonly string[] {
  const groups = flagGroups(withBuiltIns(verb.flags)).map(({ heading, flags }) => ({
    heading,
    entries: flags.map((named) => ({ term: flagTerm(named), text: flagSummary(named.flag) })),
  }));
  const column = termColumn(
    groups.flatMap((group) => group.entries),
    page,
  );
  return groups.flatMap(({ heading, entries }) => [
    '',
    page.theme.strong(heading),
    ...definitions(entries, page, column),
  ]);
}

function exampleSection(examples: Verb['examples'], page: Page): readonly string[] {
  if (examples.length === 0) return [];
  const entries = examples.map(({ command, summary }) => ({ term: command, text: summary }));
  return ['', page.theme.strong('Examples'), ...definitions(entries, page)];
}

interface Definition {
  readonly term: string;
  readonly text: string;
}

const indent = '  ';
const gap = 2;

/** Terms in one column and texts in another; a term that is too long has its text below it. */
function definitions(
  entries: readonly Definition[],
  page: Page,
  column = termColumn(entries, page),
): readonly string[] {
  return entries.flatMap(({ term, text }) => {
    const lines = wrap(text, page.width - column);
    const margin = ' '.repeat(column);
    const styled = page.theme.node(term);
    if (indent.length + displayWidth(term) + gap > column)
      return [`${indent}${styled}`, ...lines.map((line) => margin + line)];
    const [first = '', ...rest] = lines;
    return [`${pad(indent + styled, column)}${first}`.trimEnd(), ...rest.map((line) => margin + line)];
  });
}

/** Where the texts start: right of the longest term, but not right of the middle; near the margin when it is narrow. */
function termColumn(entries: readonly Definition[], { width }: Page): number {
  if (width < 60) return 8;
  const longest = Math.max(0, ...entries.map(({ term }) => displayWidth(term)));
  const most = Math.floor(width * 0.45);
  const fitting = entries
    .map(({ term }) => displayWidth(term) + indent.length + gap)
    .filter((each) => each <= most);
  return longest + indent.length + gap <= most ? longest + indent.length + gap : Math.max(8, ...fitting);
}
