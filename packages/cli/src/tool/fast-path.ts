// What is answered before anything heavy is loaded: --version, --help, completion.
import { HeorotError } from '@heorot/inventory';
import { type FlagToken, splitArgv } from '../flags/split-argv.ts';
import { colorLevel } from '../theme/color-level.ts';
import { createTheme } from '../theme/create-theme.ts';
import { findVerb, unknownVerb } from './find-verb.ts';
import type { Terminal, Tool, Verb } from './tool.ts';

export interface FastPathContext {
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdout: Terminal['stdout'];
}

/**
 * The text to print, or undefined when a verb has to run.
 * @throws HeorotError `usage`: help for an unknown verb
 */
export async function fastPath(
  tool: Tool,
  argv: readonly string[],
  context: FastPathContext,
): Promise<string | undefined> {
  const [first, ...rest] = argv;
  if (first === '--complete') return completions(rest, context);
  if (first === '--completion') return completionScript(tool, rest[0]);
  if (first === 'help' && hasVerbs(tool) && !Object.hasOwn(tool.verbs, 'help')) {
    return help(tool, rest.join(' '), context);
  }
  const asked = builtInAsked(tool, argv);
  if (asked === undefined) return undefined;
  return asked.flag === 'version' ? `${tool.name} ${context.version}\n` : help(tool, asked.verbName, context);
}

/** The first of --help and --version, wherever it stands among our own flags; never in a remote command. */
function builtInAsked(tool: Tool, argv: readonly string[]): { flag: string; verbName: string } | undefined {
  if (!argv.some((argument) => /^-([^-]*[hV]|-help$|-version$)/.test(argument))) return undefined;
  const [first = '', second = ''] = argv;
  if (isVerbPrefix(tool, first) && second.startsWith('-')) return { flag: 'help', verbName: first };
  const found = findVerb(tool, argv);
  const token = tokensBeforeMistake(found?.rest ?? argv, found?.verb).find(
    ({ flag }) => flag === 'help' || flag === 'version',
  );
  return token === undefined ? undefined : { flag: token.flag, verbName: found?.name ?? '' };
}

/** Help is given even where the rest of the command line is wrong. */
function tokensBeforeMistake(argv: readonly string[], verb: Verb | undefined): readonly FlagToken[] {
  for (let length = argv.length; length > 0; length--) {
    try {
      return splitArgv(argv.slice(0, length), verb?.flags ?? {}, verb?.operands ?? anything).tokens;
    } catch (error) {
      if (!(error instanceof HeorotError)) throw error;
    }
  }
  return [];
}

const anything = { kind: 'any', name: '', summary: '' } as const;

async function help(tool: Tool, verbName: string, { stdout, env }: FastPathContext): Promise<string> {
  if (!Object.hasOwn(tool.verbs, verbName) && verbName !== '' && !isVerbPrefix(tool, verbName)) {
    throw unknownVerb(tool, verbName.split(' '));
  }
  const { renderHelp } = await import('../help/render-help.ts');
  const theme = await createTheme(colorLevel('auto', stdout, env));
  return renderHelp(tool, verbName, { width: stdout.columns, theme });
}

/** `lab` of `lab up` and `lab down`: no verb of its own, but help can list what is below. */
function isVerbPrefix(tool: Tool, word: string): boolean {
  return (
    !Object.hasOwn(tool.verbs, word) && Object.keys(tool.verbs).some((name) => name.startsWith(`${word} `))
  );
}

function hasVerbs(tool: Tool): boolean {
  return Object.keys(tool.verbs).some((name) => name !== '');
}

/** `--complete nodes|groups WORD`: one candidate a line; nothing at all rather than an error in the middle of typing. */
async function completions(
  [kind, word = '']: readonly string[],
  { env, cwd }: FastPathContext,
): Promise<string> {
  if (kind !== 'nodes' && kind !== 'groups') return '';
  const { completeWords } = await import('../completion/complete-words.ts');
  const { openCommandInventory } = await import('./open-command-inventory.ts');
  const load = () => openCommandInventory({ cluster: undefined }, { env, cwd });
  const words = await completeWords(kind, word, load).catch(() => []);
  return words.map((candidate) => `${candidate}\n`).join('');
}

/** `--completion bash`: what `eval` in a shell's start-up file takes. */
async function completionScript(tool: Tool, shell: string | undefined): Promise<string> {
  const { renderCompletion, shells } = await import('../completion/render-completion.ts');
  const known = shells.find((each) => each === shell);
  if (known === undefined) {
    throw new HeorotError('usage', 'flag --completion needs a shell', {
      hint: `one of: ${shells.join(', ')}`,
    });
  }
  return renderCompletion(tool, known);
}
