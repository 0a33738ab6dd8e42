// Everything a run shows while it goes on: renderers, status block, progress lines. Disposing takes the block away.
import { type CommandContext, createStatusBlock, neutralise, type StatusBlock } from '@heorot/cli';
import { NodeSet } from '@heorot/inventory';
import type { DshFlags } from '../flags/dsh-flags.ts';
import { BlockSpill } from '../gather/block-spill.ts';
import { createSinks, type SinkOptions } from '../render/byte-sink.ts';
import { chooseRenderer } from '../render/choose-renderer.ts';
import { Progress } from '../render/progress.ts';
import { type Renderer, type Surface, together } from '../render/renderer.ts';

export interface Display extends Disposable {
  readonly renderer: Renderer;
  readonly surface: Surface;
}

export interface DisplayInput {
  readonly flags: DshFlags;
  /** False only where `--no-align` was typed; undefined = as the terminal is. */
  readonly align: boolean | undefined;
  readonly nodes: readonly string[];
  readonly commands: readonly string[];
  /** The one node has the screen: nothing is drawn beside what it writes, and all of that is obeyed. */
  readonly isNodes?: boolean;
}

const progressEveryMs = 10_000;

export function openDisplay(context: CommandContext, input: DisplayInput): Display {
  const { flags, nodes } = input;
  const stack = new DisposableStack();
  const spill = stack.use(new BlockSpill());
  const progress = new Progress(nodes.length, context.theme.stderr);
  const { isNodes = false } = input;
  // A dumb terminal cannot go back to draw again.
  const isPlain = flags.quiet || isNodes || context.env['TERM'] === 'dumb';
  const block = isPlain ? undefined : stack.use(createStatusBlock(context.stderr, progress));
  if (flags.progress && context.stderr.isTTY !== true) stack.use(progressLines(context, progress));
  const surface = isNodes ? surfaceOfNode(context) : surfaceOf(context, block);
  const align = input.align ?? context.stdout.isTTY === true;
  const shown = chooseRenderer(surface, spill, { flags, nodes, commands: input.commands, align });
  const renderer: Renderer = together([progress, shown]);
  return {
    surface,
    renderer: {
      event: (event) => renderer.event(event),
      async end(summary) {
        block?.end();
        await renderer.end(summary);
      },
    },
    [Symbol.dispose]: () => stack.dispose(),
  };
}

/** What a node says is neutralised only where a terminal would obey it. */
export function surfaceOf(context: CommandContext, block?: StatusBlock): Surface {
  const optionsFor = (stream: { readonly isTTY?: boolean }): SinkOptions => ({
    // Only on a terminal can the block be in the way.
    write:
      block === undefined || stream.isTTY !== true ? undefined : (target, data) => block.write(target, data),
    harmless: stream.isTTY === true ? neutralise : undefined,
  });
  const sinks = createSinks(context, {
    stdout: optionsFor(context.stdout),
    stderr: optionsFor(context.stderr),
  });
  return { ...sinks, theme: context.theme, fold: (names) => NodeSet.from(names).toString() };
}

function surfaceOfNode(context: CommandContext): Surface {
  return {
    ...createSinks(context),
    theme: context.theme,
    fold: (names) => NodeSet.from(names).toString(),
  };
}

function progressLines(context: CommandContext, progress: Progress): Disposable {
  const timer = setInterval(() => void context.stderr.write(`${progress.line()}\n`), progressEveryMs);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
