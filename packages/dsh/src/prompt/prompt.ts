// The prompt: reads a line, acts on it, reads the next. Ctrl-C ends the running command, never the prompt.
import { type CommandContext, ExitCode } from '@heorot/cli';
import { HeorotError, type NodeSet } from '@heorot/inventory';
import type { CompletionSource } from './complete-line.ts';
import { countedNodes, direct } from './direct.ts';
import type { Keyboard } from './keyboard.ts';
import type { LineHistory } from './line-history.ts';
import { parsePromptLine } from './prompt-line.ts';
import { readPromptLine } from './read-prompt-line.ts';

export type View = 'live' | 'gather' | 'diff';

/** What the prompt is told to do next time a command is run. */
export interface PromptSettings {
  readonly nodes: NodeSet;
  readonly view: View;
  readonly fanout: number;
  readonly commandTimeoutMs: number | undefined;
}

export interface PromptRun {
  readonly command: string;
  /** False: the command is in no history, as of a line that began with a blank. */
  readonly keep: boolean;
  /** Ctrl-C. */
  readonly interrupt: AbortSignal;
}

/** What the prompt needs of dsh. */
export interface PromptHost {
  resolve(expression: string): Promise<NodeSet>;
  /** What to say of nodes that nothing knows; undefined when all are known. */
  strangers(nodes: NodeSet): Promise<string | undefined>;
  /** Runs and renders; a node's failure is rendered, not thrown. */
  run(run: PromptRun, settings: PromptSettings): Promise<void>;
  /** The last command, on the nodes where it did not end ok. @throws HeorotError when there are none */
  retry(settings: PromptSettings, interrupt: AbortSignal): Promise<void>;
  runLocally(command: string): Promise<void>;
  /** How each node ended the last command, for `:last`. */
  lastOutcomes(): string;
  completion(settings: PromptSettings): CompletionSource;
}

/** What a line acts with. */
export interface PromptStage {
  readonly host: PromptHost;
  readonly keyboard: Keyboard;
  readonly context: CommandContext;
}

/** Reads and acts until `:quit`, Ctrl-D or the end of input. */
export async function runPrompt(
  stage: PromptStage,
  start: PromptSettings,
  history: LineHistory,
): Promise<number> {
  const { host, keyboard, context } = stage;
  let settings = start;
  context.stderr.write(`${countedNodes(start.nodes)}. Type a command, :help, or Ctrl-D to leave.\n`);
  const doubt = await host.strangers(start.nodes);
  if (doubt !== undefined) context.stderr.write(`${doubt}\n`);
  for (;;) {
    context.stderr.write(freshLine(context));
    const line = await readPromptLine(keyboard, context, {
      prompt: promptText(settings, context),
      history: history.lines,
      completion: host.completion(settings),
    });
    if (line === undefined) return ExitCode.ok;
    await history.add(line);
    try {
      const next = await act(line, settings, stage);
      if (next === undefined) return ExitCode.ok;
      settings = next;
    } catch (error) {
      if (!(error instanceof HeorotError)) throw error;
      context.stderr.write(`${error.message}\n${error.hint === undefined ? '' : `  ${error.hint}\n`}`);
    }
  }
}

/**
 * Blanks up to the last column and back: behind an unfinished line they wrap, and the editor, which clears the line it
 * stands on, leaves that one alone.
 */
function freshLine({ stderr }: CommandContext): string {
  return `${' '.repeat(Math.max(0, (stderr.columns || 80) - 1))}\r`;
}

/** @returns the settings for the next line; undefined to leave */
async function act(
  line: string,
  settings: PromptSettings,
  stage: PromptStage,
): Promise<PromptSettings | undefined> {
  const { host, keyboard, context } = stage;
  const meaning = parsePromptLine(line);
  switch (meaning.kind) {
    case 'empty':
      return settings;
    case 'remote': {
      const { command } = meaning;
      const keep = !line.startsWith(' ');
      await interruptible(stage, (interrupt) => host.run({ command, keep, interrupt }, settings));
      return settings;
    }
    case 'local': {
      // The child has the terminal to itself and gets Ctrl-C from it.
      using _lent = keyboard.lend();
      using _taken = context.takeInterrupts(() => {});
      await host.runLocally(meaning.command);
      return settings;
    }
    case 'unknown':
      context.stderr.write(`no directive ':${meaning.name}'; ${meaning.hint}\n`);
      return settings;
    case 'directive':
      if (meaning.name === 'retry') {
        await interruptible(stage, (interrupt) => host.retry(settings, interrupt));
        return settings;
      }
      return direct(meaning.name, meaning.argument, settings, stage);
    default:
      return meaning satisfies never;
  }
}

/** Ctrl-C ends the work, here and on the nodes, and leaves the prompt alone. */
async function interruptible(
  { keyboard, context }: PromptStage,
  work: (interrupt: AbortSignal) => Promise<void>,
): Promise<void> {
  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort('interrupted');
  using _running = keyboard.whileRunning(onInterrupt);
  using _taken = context.takeInterrupts(onInterrupt);
  await work(AbortSignal.any([interrupt.signal, context.signal]));
}

/** @example `dsh n[1-8] gather> ` */
function promptText({ nodes, view }: PromptSettings, context: CommandContext): string {
  const folded = nodes.toString();
  const shown = folded.length <= 30 ? folded : `${folded.slice(0, 27)}...`;
  return `${context.theme.stderr.strong(`dsh ${shown}${view === 'live' ? '' : ` ${view}`}`)}> `;
}
