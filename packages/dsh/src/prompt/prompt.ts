// The prompt: reads a line, acts on it, reads the next. Ctrl-C ends the running command, never the prompt.
import { createInterface } from 'node:readline/promises';
import { type CommandContext, ExitCode, formatDuration, parseDuration } from '@heorot/cli';
import { HeorotError, type NodeSet } from '@heorot/inventory';
import { type CompletionSource, completeLine } from './complete-line.ts';
import type { LineHistory } from './line-history.ts';
import { type Directive, directives, parsePromptLine } from './prompt-line.ts';

export type View = 'live' | 'gather' | 'diff';

/** What the prompt is told to do next time a command is run. */
export interface PromptSettings {
  readonly nodes: NodeSet;
  readonly view: View;
  readonly fanout: number;
  readonly commandTimeoutMs: number | undefined;
}

/** What the prompt needs of dsh. */
export interface PromptHost {
  resolve(expression: string): Promise<NodeSet>;
  /** Runs and renders; a node's failure is rendered, not thrown. */
  run(command: string, settings: PromptSettings, interrupt: AbortSignal): Promise<void>;
  runLocally(command: string): Promise<void>;
  /** How each node ended the last command, for `:last`. */
  lastOutcomes(): string;
  completion(settings: PromptSettings): CompletionSource;
}

/** Reads and acts until `:quit`, Ctrl-D or the end of input. */
export async function runPrompt(
  host: PromptHost,
  start: PromptSettings,
  history: LineHistory,
  context: CommandContext,
): Promise<number> {
  let settings = start;
  context.stderr.write(
    `${start.nodes.size} nodes: ${start.nodes}. Type a command, :help, or Ctrl-D to leave.\n`,
  );
  for (;;) {
    const line = await readLine(settings, host, history, context);
    if (line === undefined || context.signal.aborted) return ExitCode.ok;
    await history.add(line);
    try {
      const next = await act(line, settings, host, context);
      if (next === undefined) return ExitCode.ok;
      settings = next;
    } catch (error) {
      if (!(error instanceof HeorotError)) throw error;
      context.stderr.write(`${error.message}\n${error.hint === undefined ? '' : `  ${error.hint}\n`}`);
    }
  }
}

/** @returns the settings for the next line; undefined to leave */
async function act(
  line: string,
  settings: PromptSettings,
  host: PromptHost,
  context: CommandContext,
): Promise<PromptSettings | undefined> {
  const meaning = parsePromptLine(line);
  switch (meaning.kind) {
    case 'empty':
      return settings;
    case 'remote':
      await interruptible(context, (interrupt) => host.run(meaning.command, settings, interrupt));
      return settings;
    case 'local':
      // The child shares the terminal and gets Ctrl-C itself.
      await interruptible(context, () => host.runLocally(meaning.command));
      return settings;
    case 'unknown':
      context.stderr.write(`no directive ':${meaning.name}'; ${meaning.hint}\n`);
      return settings;
    case 'directive':
      return direct(meaning.name, meaning.argument, settings, host, context);
  }
}

async function direct(
  name: Directive,
  argument: string,
  settings: PromptSettings,
  host: PromptHost,
  context: CommandContext,
): Promise<PromptSettings | undefined> {
  switch (name) {
    case 'nodes': {
      const nodes = await chooseNodes(argument, settings.nodes, host);
      context.stderr.write(`${nodes.size} nodes: ${nodes}\n`);
      return { ...settings, nodes };
    }
    case 'gather':
    case 'diff': {
      const view = settings.view === name ? 'live' : name;
      context.stderr.write(`output: ${view}\n`);
      return { ...settings, view };
    }
    case 'fanout':
      return { ...settings, fanout: parseFanout(argument) };
    case 'timeout': {
      const timeoutMs = parseDuration(argument);
      context.stderr.write(
        timeoutMs === 0 ? 'no command timeout\n' : `command timeout: ${formatDuration(timeoutMs)}\n`,
      );
      return { ...settings, commandTimeoutMs: timeoutMs === 0 ? undefined : timeoutMs };
    }
    case 'last':
      context.stdout.write(host.lastOutcomes());
      return settings;
    case 'help':
      context.stderr.write(help());
      return settings;
    case 'quit':
      return undefined;
  }
}

/** `SET` chooses, `+SET` adds, `-SET` takes away, nothing leaves the nodes as they are. */
async function chooseNodes(argument: string, current: NodeSet, host: PromptHost): Promise<NodeSet> {
  if (argument === '') return current;
  const named = await host.resolve(argument.replace(/^[+-]\s*/, ''));
  const nodes = argument.startsWith('+')
    ? current.union(named)
    : argument.startsWith('-')
      ? current.difference(named)
      : named;
  if (nodes.isEmpty)
    throw new HeorotError('selection-empty', 'that would leave no nodes', { hint: `still: ${current}` });
  return nodes;
}

function parseFanout(argument: string): number {
  const fanout = Number(argument);
  if (Number.isSafeInteger(fanout) && fanout > 0) return fanout;
  throw new HeorotError('usage', `':fanout ${argument}': not a number of nodes`, {
    hint: 'for example :fanout 16',
  });
}

function help(): string {
  const rows = Object.entries(directives).map(([name, summary]) => `  :${name.padEnd(8)} ${summary}\n`);
  return `  COMMAND   runs on the nodes; Ctrl-C ends it there\n  !COMMAND  runs on this machine\n${rows.join('')}`;
}

async function readLine(
  settings: PromptSettings,
  host: PromptHost,
  history: LineHistory,
  context: CommandContext,
): Promise<string | undefined> {
  const source = host.completion(settings);
  const editor = createInterface({
    input: context.stdin,
    output: context.stderr,
    terminal: true,
    history: [...history.lines],
    removeHistoryDuplicates: true,
    completer: async (line: string): Promise<[string[], string]> => {
      // A source that fails costs the completion, not the line being typed.
      const [candidates, word] = await completeLine(line, source).catch(() => [[], line] as const);
      return [[...candidates], word];
    },
  });
  try {
    return await new Promise<string | undefined>((resolve) => {
      editor.on('close', () => resolve(undefined));
      // Ctrl-C on a line being typed drops the line, as in a shell.
      editor.on('SIGINT', () => {
        context.stderr.write('^C\n');
        resolve('');
      });
      context.signal.addEventListener('abort', () => resolve(undefined), { once: true });
      editor.question(promptText(settings, context)).then(resolve, () => resolve(undefined));
    });
  } finally {
    editor.close();
  }
}

function promptText(settings: PromptSettings, context: CommandContext): string {
  const folded = settings.nodes.toString();
  const shown = folded.length <= 30 ? folded : `${folded.slice(0, 27)}...`;
  const view = settings.view === 'live' ? '' : ` ${settings.view}`;
  return `${context.theme.stderr.strong(`dsh ${shown}${view}`)}> `;
}

/** Ctrl-C ends the work, here and on the nodes, and leaves the prompt alone. */
async function interruptible(
  context: CommandContext,
  work: (interrupt: AbortSignal) => Promise<void>,
): Promise<void> {
  const interrupt = new AbortController();
  using _taken = context.takeInterrupts(() => interrupt.abort('interrupted'));
  await work(AbortSignal.any([interrupt.signal, context.signal]));
}
