// The page docs/reference/kickstart.md, made from the tables of facts.
import { holdsIn, type Span, SYNTAXES } from './syntax.ts';
import { families } from './tables/all-commands.ts';
import type { CommandFacts, InImage, OptionFacts } from './tables/facts.ts';

/** The page as Markdown. */
export function kickstartReference(): string {
  const sections = families.flatMap(({ title, commands }) => [
    `## ${title}`,
    '',
    ...Object.entries(commands).flatMap(([name, facts]) => commandLines(name, facts)),
  ]);
  return `${[
    '# Kickstart, as recipes are checked',
    '',
    '<!-- Made from packages/clone/src/recipe/tables; do not edit. -->',
    '',
    `A recipe is a kickstart file. Each line is checked as the installer of a release would: ${SYNTAXES.join(', ')}.`,
    'For an image deployment each command is honoured, has no effect, or is refused.',
    'Options that take a value are written `--option=value` or `--option value`; unambiguous beginnings of names are taken.',
    '',
    ...sections,
  ]
    .join('\n')
    .trimEnd()}\n`;
}

function commandLines(name: string, facts: CommandFacts): readonly string[] {
  const options = Object.entries(facts.options ?? {}).map(([option, entry]) =>
    optionLine(option, 'takes' in entry ? [entry] : entry),
  );
  const when = [
    facts.in === undefined ? [] : [`in ${versions(facts.in)}`],
    facts.deprecated === undefined ? [] : [`without effect in ${versions(facts.deprecated)}`],
    facts.removed === undefined ? [] : [`removed in ${versions(facts.removed)}`],
    facts.superseded === undefined
      ? []
      : [`to be replaced by \`${facts.superseded.by}\` in ${versions(facts.superseded.in)}`],
  ].flat();
  return [
    `### \`${name}\``,
    '',
    `${sentence(facts.about)}${when.length === 0 ? '' : ` ${sentence(when.join('; '))}`} In an image deployment: ${effect(facts.inImage)}`,
    '',
    ...(facts.operands === undefined
      ? []
      : [`Words: ${facts.operands.name}${facts.operands.min === 0 ? ' (may be left out)' : ''}.`, '']),
    ...(options.length === 0 ? [] : [...options, '']),
    ...((facts.conflicts ?? []).length === 0
      ? []
      : [
          `Not after: ${(facts.conflicts ?? []).flatMap((conflict) => conflict.with.map((other) => `\`${other}\`${conflict.in === undefined ? '' : ` (${versions(conflict.in)})`}`)).join(', ')}.`,
          '',
        ]),
  ];
}

function optionLine(name: string, variants: readonly OptionFacts[]): string {
  const said = variants.map((option) => {
    const takes =
      option.takes === 'nothing' ? [] : [option.oneOf === undefined ? kind(option) : option.oneOf.join(', ')];
    return [
      ...takes,
      ...(option.required === true ? ['required'] : []),
      ...(option.sameAs === undefined ? [] : [`the same as \`${option.sameAs}\``]),
      ...(option.in === undefined ? [] : [versions(option.in)]),
      ...(option.deprecated === undefined ? [] : [`without effect in ${versions(option.deprecated)}`]),
    ].join('; ');
  });
  const text = said.filter((each) => each !== '').join(' — ');
  return `- \`${name}\`${text === '' ? '' : `: ${text}`}`;
}

function kind({ takes, optionalValue }: OptionFacts): string {
  const names = {
    text: 'text',
    integer: 'a whole number',
    list: 'a list, joined by commas',
    boolean: 'yes or no',
    nothing: '',
  } as const;
  return `${names[takes]}${optionalValue === true ? ', which may be left out' : ''}`;
}

function effect(inImage: InImage): string {
  if (inImage.kind === 'honoured') return 'honoured.';
  if (inImage.kind === 'no-effect') return `no effect; ${inImage.why}.`;
  return `refused; ${inImage.why}. Instead: ${inImage.advice}.`;
}

function versions(span: Span): string {
  return SYNTAXES.filter((syntax) => holdsIn(span, syntax)).join(', ');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
