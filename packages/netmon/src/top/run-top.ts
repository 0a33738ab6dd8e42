// The full-screen loop: the source runs, what it tells marks the screen as changed, frames follow at their pace, keys
// change the view; until `q`, a signal, the end of the source or of the terminal.
import { type CommandContext, ExitCode } from '@heorot/cli';
import type { ClusterState } from '../live/cluster-state.ts';
import type { Key } from '../screen/key-decoder.ts';
import { Screen, type ScreenOptions } from '../screen/screen.ts';
import type { Source } from '../source/source.ts';
import { drawFrame } from '../view/draw-frame.ts';
import type { Wish } from '../view/press-key.ts';
import type { Filter } from '../view/scene.ts';
import type { TimeWish } from '../view/time-wish.ts';
import { FramePace } from './frame-pace.ts';
import type { TopView } from './top-view.ts';

export interface TopOptions {
  readonly source: Source;
  readonly cluster: ClusterState;
  readonly view: TopView;
  readonly screen: ScreenOptions;
  /** Looks up the node set of a filter. @throws for one that is wrong */
  readonly findNodes: (expression: string) => Promise<ReadonlySet<string>>;
  /** Told the screen once it is there, for those who must borrow the terminal. */
  readonly opened?: (screen: Screen) => void;
  /** Told when the view is paused, and when it goes on. */
  readonly paused?: (paused: boolean) => void;
  /** Told what the keys of a recording ask for. */
  readonly travel?: (wish: TimeWish) => void;
}

type TopContext = Pick<CommandContext, 'stdin' | 'stdout' | 'drain' | 'signal' | 'takeInterrupts'>;

/** Ages and clocks go on while nothing arrives. */
const clockMs = 1000;

/**
 * Runs until it is told to end; the terminal is as before when it returns or throws.
 *
 * @returns 0 for `q` and for the end of a recording, 130 for Ctrl-C
 * @throws what ends the source as a whole
 */
export async function runTop(options: TopOptions, context: TopContext): Promise<number> {
  const { source, cluster, view } = options;
  const ending = new AbortController();
  let exitCode: number = ExitCode.ok;
  const end = (code: number) => {
    exitCode = code;
    ending.abort();
  };
  const signal = AbortSignal.any([context.signal, context.drain, ending.signal]);
  using _interrupts = context.takeInterrupts(() => end(ExitCode.interrupted));
  let sampling: Promise<void>;
  {
    using pace = new FramePace(() => screen.draw((frame) => drawFrame(frame, view.scene())));
    const press = (keys: readonly Key[]): void => {
      const before = view.paused;
      for (const key of keys) grant(view.press(key, screen.size));
      if (view.paused !== before) options.paused?.(view.paused);
      pace.asked();
    };
    const grant = (wish: Wish | null): void => {
      if (wish === 'quit') end(ExitCode.ok);
      else if (wish === 'interrupt') end(ExitCode.interrupted);
      else if (wish === 'suspend') screen.suspend();
      else if (wish === 'redraw') screen.redraw();
      else if (wish === 'find-filter-nodes') void findFilterNodes();
      else if (wish !== null) options.travel?.(wish);
    };
    const findFilterNodes = async (): Promise<void> => {
      view.filtered(await filterOf(view.filterText, options.findNodes));
      pace.asked();
    };
    const listener = { keys: press, stale: () => pace.asked(), gone: () => end(ExitCode.ok) };
    using screen = new Screen(context, listener, options.screen);
    if (view.filterText !== '') void findFilterNodes();
    const changed = (): void => {
      if (!view.frozen) pace.changed();
    };
    using _listening = cluster.listen({ samples: changed, event: changed, contact: changed });
    using _clock = every(clockMs, changed);
    options.opened?.(screen);
    sampling = source.run(cluster.accept, signal);
    await Promise.race([sampling, aborted(signal)]);
    // A recording that has ended is still there to be looked at.
    await aborted(signal);
  }
  // The terminal is given back first: ending hundreds of connections takes a moment.
  await sampling;
  return exitCode;
}

async function filterOf(text: string, findNodes: TopOptions['findNodes']): Promise<Filter> {
  try {
    return { text, nodes: await findNodes(text), error: null };
  } catch (error) {
    return { text, nodes: null, error: error instanceof Error ? error.message : String(error) };
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function every(ms: number, action: () => void): Disposable {
  const timer = setInterval(action, ms);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
