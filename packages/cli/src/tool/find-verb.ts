// Which verb a command line means.
import { didYouMean, HeorotError } from '@heorot/inventory';
import type { Tool, Verb } from './tool.ts';

export interface FoundVerb {
  readonly name: string;
  readonly verb: Verb;
  /** The arguments without the verb. */
  readonly rest: readonly string[];
}

/**
 * The verb is the first word, or the first two (`lab up`); without one it is what the tool does without a verb.
 * Undefined = the tool cannot do anything without a verb, and none was given.
 *
 * @throws HeorotError `usage`: no such verb
 */
export function findVerb(tool: Tool, argv: readonly string[]): FoundVerb | undefined {
  for (const words of [2, 1]) {
    const name = argv.slice(0, words).join(' ');
    const verb = name === '' ? undefined : ownVerb(tool, name);
    if (verb !== undefined && argv.length >= words) return { name, verb, rest: argv.slice(words) };
  }
  const verbless = ownVerb(tool, '');
  const [first] = argv;
  const wordless = first === undefined || first.startsWith('-');
  // Beside verbs, flags say what the verbless form is to do: a word that stands alone was meant as a verb, except where
  // it can be a command and resembles no verb.
  const meantAsVerb =
    hasNames(tool) &&
    !argv.some((argument) => argument.startsWith('-')) &&
    (verbless?.operands.kind !== 'remote-command' || resemblesVerb(tool, argv));
  if (verbless !== undefined && (wordless || (verbless.operands.kind !== 'none' && !meantAsVerb))) {
    return { name: '', verb: verbless, rest: argv };
  }
  if (wordless) return undefined;
  throw unknownVerb(tool, argv);
}

/** Never a property that every object has (`constructor`). */
function ownVerb(tool: Tool, name: string): Verb | undefined {
  return Object.hasOwn(tool.verbs, name) ? tool.verbs[name] : undefined;
}

function resemblesVerb(tool: Tool, [first = '']: readonly string[]): boolean {
  const firsts = Object.keys(tool.verbs).map((name) => name.replace(/ .*/, ''));
  return firsts.includes(first) || didYouMean(first, firsts) !== undefined;
}

function hasNames(tool: Tool): boolean {
  return Object.keys(tool.verbs).some((name) => name !== '');
}

export function unknownVerb(tool: Tool, words: readonly string[]): HeorotError {
  const [first = '', second] = words;
  const names = Object.entries(tool.verbs).flatMap(([name, verb]) =>
    name === '' || verb.hidden ? [] : [name],
  );
  const below = names.filter((name) => name.startsWith(`${first} `));
  if (below.length > 0) {
    const seconds = below.map((name) => name.slice(first.length + 1));
    const hint =
      (second === undefined ? undefined : didYouMean(second, seconds)) ?? `one of: ${seconds.join(', ')}`;
    const message = second === undefined ? `'${first}' needs a verb` : `unknown verb '${first} ${second}'`;
    return new HeorotError('usage', message, { hint });
  }
  const tools = (tool.tools ?? []).map(({ name }) => name);
  const firsts = new Set([...tools, ...names.flatMap((name) => [name, name.replace(/ .*/, '')])]);
  const listed = tools.length === 0 ? '' : `tools: ${tools.join(', ')}; `;
  const hint = didYouMean(first, firsts) ?? `${listed}verbs: ${names.join(', ')}`;
  return new HeorotError('usage', `unknown ${tools.length === 0 ? '' : 'tool or '}verb '${first}'`, { hint });
}
