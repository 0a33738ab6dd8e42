// What the prompt does when it acts: the same engine, display and history as a run from the shell, over connections that stay.
import { spawn } from 'node:child_process';
import type { CommandContext } from '@heorot/cli';
import { describeOutcome, type RunSummary, targetsOf } from '@heorot/fanout';
import { NodeSet } from '@heorot/inventory';
import type { DshInput } from '../commands/run-command.ts';
import { OutputRecorder } from '../history/output-recorder.ts';
import { together } from '../render/renderer.ts';
import { commandsOf, quote } from '../run/commands-of.ts';
import { openDisplay } from '../run/display.ts';
import { endRun } from '../run/end-of-run.ts';
import { followRun } from '../run/follow.ts';
import { keepHistory, recipeOf } from '../run/keep-history.ts';
import type { Stage } from '../run/open-stage.ts';
import type { CompletionSource } from './complete-line.ts';
import type { PromptHost, PromptSettings } from './prompt.ts';

const completionPatienceMs = 2000;
/** More names than a terminal shows are no help, and a million of them a long wait. */
const completionLimit = 5000;

export class DshPromptHost implements PromptHost {
  readonly #stage: Stage;
  readonly #input: DshInput;
  readonly #context: CommandContext;
  readonly #sudoPassword: string | undefined;
  #last: RunSummary | undefined;

  constructor(stage: Stage, input: DshInput, context: CommandContext, sudoPassword: string | undefined) {
    this.#stage = stage;
    this.#input = input;
    this.#context = context;
    this.#sudoPassword = sudoPassword;
  }

  resolve(expression: string): Promise<NodeSet> {
    return this.#stage.inventory.resolve(expression);
  }

  async run(command: string, settings: PromptSettings, interrupt: AbortSignal): Promise<void> {
    const { nodes, view } = settings;
    const context = { ...this.#context, drain: interrupt, signal: interrupt };
    const flags = {
      ...this.#input.flags,
      gather: view === 'gather',
      diff: view === 'diff',
      command: [command],
    };
    const commands = await commandsOf(flags, [], {
      cwd: context.cwd,
      sudoPassword: this.#sudoPassword,
      terminal: {},
    });
    const outputs = new OutputRecorder();
    using display = openDisplay(context, { flags, align: undefined, nodes: [...nodes], commands: [command] });
    const renderer = flags['no-history'] ? display.renderer : together([outputs, display.renderer]);
    const start = () =>
      this.#stage.fanout.runEach(this.#targets(nodes), commands, {
        schedule: { fanout: settings.fanout },
        signal: interrupt,
        ...(settings.commandTimeoutMs === undefined ? {} : { commandTimeoutMs: settings.commandTimeoutMs }),
      });
    const summary = await followRun(start, { ...display, renderer }, context);
    this.#last = summary;
    if (!flags['no-history']) {
      const recipe = recipeOf(flags, [], context.cwd);
      await keepHistory({ recipe, nodes: nodes.toString(), summary, outputs, retryOf: undefined }, context);
    }
    await endRun({ summary, flags, canRetry: false }, display.surface, context);
  }

  runLocally(command: string): Promise<void> {
    const { env, cwd } = this.#context;
    return new Promise((resolve, reject) => {
      const child = spawn(env['SHELL'] ?? '/bin/sh', ['-c', command], { cwd, env, stdio: 'inherit' });
      child.on('error', reject);
      child.on('close', () => resolve());
    });
  }

  lastOutcomes(): string {
    if (this.#last === undefined) return 'no command has been run yet\n';
    const groups = Map.groupBy(this.#last.results, ({ outcome }) => describeOutcome(outcome));
    const lines = [...groups].map(
      ([text, results]) => `${NodeSet.from(results.map(({ node }) => node))}: ${text}\n`,
    );
    return lines.join('');
  }

  completion(settings: PromptSettings): CompletionSource {
    const { inventory } = this.#stage;
    return {
      nodes: async () => {
        const known = inventory.sources().length === 0 ? NodeSet.empty : await inventory.all();
        return [...known.union(settings.nodes).slice(0, completionLimit)];
      },
      groups: async () => [...(await inventory.groups())],
      remotePaths: (word) => this.#remotePaths(word, settings.nodes),
    };
  }

  /** Paths on the first node; the others are taken to be like it. */
  async #remotePaths(word: string, nodes: NodeSet): Promise<readonly string[]> {
    const command = { text: `ls -1dp -- ${pathPattern(word)} 2>/dev/null` };
    const run = this.#stage.fanout.run(this.#targets(nodes.slice(0, 1)), command, {
      schedule: { fanout: 1 },
      connectTimeoutMs: completionPatienceMs,
      commandTimeoutMs: completionPatienceMs,
      signal: this.#context.signal,
    });
    const chunks: Uint8Array[] = [];
    for await (const event of run) if (event.kind === 'stdout') chunks.push(event.data);
    return Buffer.concat(chunks).toString('utf8').split('\n').slice(0, -1);
  }

  #targets(nodes: NodeSet) {
    const { user } = this.#input.flags;
    return targetsOf(this.#stage.inventory, nodes, user === undefined ? {} : { user });
  }
}

/** The word, quoted, and a star for the shell of the node; a leading `~/` stays the node's to expand. */
function pathPattern(word: string): string {
  const [home = ''] = /^~\w*\//.exec(word) ?? [];
  const rest = word.slice(home.length);
  return `${home}${rest === '' ? '' : quote(rest)}*`;
}
