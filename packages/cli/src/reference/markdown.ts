// The reference page of a tool in Markdown, from the same tables as --help and the man page.
import {
  commandName,
  flagGroups,
  flagSummary,
  flagTerm,
  type NamedEntry,
  usageLine,
  visibleVerbs,
} from '../help/flag-terms.ts';
import type { Example, Tool, Verb } from '../tool/tool.ts';
import { exitCodesOf } from './exit-codes.ts';

/** Ends in a newline. */
export function renderMarkdown(tool: Tool): string {
  const verbless = tool.verbs[''];
  const verbs = visibleVerbs(tool);
  const sections = [
    '<!-- Written from the flag tables by `npm run docs`; do not edit. -->',
    `# ${tool.name}`,
    `${capital(tool.summary)}.`,
    tool.description,
    ...(tool.tools === undefined ? [] : [toolTable(tool.tools)]),
    ...(verbs.length === 0 ? [] : [verbTable(tool, verbs)]),
    ...(verbless === undefined ? [] : verbSections(tool, '', verbless)),
    ...verbs.flatMap(([name, verb]) => [`## ${commandName(tool, name)}`, ...verbSections(tool, name, verb)]),
    '## Exit status',
    table(
      ['code', 'meaning'],
      exitCodesOf(tool).map(({ code, summary }) => [`\`${code}\``, summary]),
    ),
    ...(tool.files === undefined
      ? []
      : [
          '## Files',
          table(
            ['file', 'what it is'],
            tool.files.map(({ path, summary }) => [`\`${path}\``, summary]),
          ),
        ]),
    ...(tool.seeAlso === undefined ? [] : [`See also: ${tool.seeAlso.join(', ')}.`]),
  ];
  return `${sections.join('\n\n')}\n`;
}

function toolTable(tools: NonNullable<Tool['tools']>): string {
  return table(
    ['tool', 'what it does'],
    tools.map(({ name, summary }) => [`[\`${name}\`](${name}.md)`, summary]),
  );
}

function verbTable(tool: Tool, verbs: readonly (readonly [string, Verb])[]): string {
  const rows = verbs.map(([name, verb]) => {
    const command = commandName(tool, name);
    return [`[\`${command}\`](#${command.replaceAll(' ', '-')})`, verb.summary];
  });
  return table(['verb', 'what it does'], rows);
}

function verbSections(tool: Tool, name: string, verb: Verb): readonly string[] {
  const { operands } = verb;
  return [
    `\`\`\`\n${usageLine(tool, name, verb)}\n\`\`\``,
    ...(verb.description === tool.description ? [] : [verb.description]),
    ...(operands.kind === 'none' ? [] : [`\`${operands.name}\`: ${operands.summary}.`]),
    ...flagGroups(verb.flags).map(({ heading, flags }) => table([heading, ''], flags.map(flagRow))),
    ...(verb.examples.length === 0 ? [] : [examples(verb.examples)]),
  ];
}

function flagRow(named: NamedEntry): readonly string[] {
  const { flag } = named;
  const aliases = (flag.aliases ?? []).map((alias) =>
    alias.length === 1 ? `\`-${alias}\`` : `\`--${alias}\``,
  );
  const also = aliases.length === 0 ? '' : ` Also ${aliases.join(', ')}.`;
  const more = flag.description === undefined ? '' : `. ${flag.description}`;
  return [`\`${flagTerm(named).trim()}\``, `${flagSummary(flag)}${more}${also}`];
}

function examples(list: readonly Example[]): string {
  const width = Math.max(...list.map(({ command }) => command.length));
  const lines = list.map(({ command, summary }) => `${command.padEnd(width)}  # ${summary}`);
  return `\`\`\`sh\n${lines.join('\n')}\n\`\`\``;
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
