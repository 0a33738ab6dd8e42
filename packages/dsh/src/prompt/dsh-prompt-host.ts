// What the prompt does when it acts: the same engine, display and history as a run from the shell, over connections that stay.
import { spawn } from 'node:child_process';
import { type CommandContext, strangers } from '@heorot/cli';
import { describeOutcome, quoteForSh, type RunSummary, targetsOf } from '@heorot/fanout';
import { HeorotError, NodeSet } from '@heorot/inventory';
import type { DshInput } from '../commands/run-command.ts';
import type { DshFlags } from '../flags/dsh-flags.ts';
import { OutputRecorder } from '../history/output-recorder.ts';
import { together } from '../render/renderer.ts';
import { commandsOf, terminalOf } from '../run/commands-of.ts';
import { openDisplay } from '../run/display.ts';
import { endRun } from '../run/end-of-run.ts';
import { followRun } from '../run/follow.ts';
import { keepHistory, recipeOf } from '../run/keep-history.ts';
import type { Stage } from '../run/open-stage.ts';
import { failed } from '../run/outcome-text.ts';
import { transferOptions } from '../run/run-options.ts';
import type { CompletionSource } from './complete-line.ts';
import { countedNodes } from './direct.ts';
import type { PromptHost, PromptRun, PromptSettings } from './prompt.ts';

const completionPatienceMs = 2000;
/** More names than a terminal shows are no help, and a million of them a long wait. */
const completionLimit = 5000;

export class DshPromptHost implements PromptHost {
  readonly #stage: Stage;
  readonly #input: DshInput;
  readonly #context: CommandContext;
  readonly #sudoPassword: string | undefined;
  #last: { readonly command: string; readonly keep: boolean; readonly summary: RunSummary } | undefined;

  constructor(stage: Stage, input: DshInput, context: CommandContext, sudoPassword: string | undefined) {
    this.#stage = stage;
    this.#input = input;
    this.#context = context;
    this.#sudoPassword = sudoPassword;
  }

  resolve(expression: string): Promise<NodeSet> {
    return this.#stage.inventory.resolve(expression);
  }

  strangers(nodes: NodeSet): Promise<string | undefined> {
    return strangers(nodes, this.#stage.inventory);
  }

  async run({ command, keep, interrupt }: PromptRun, settings: PromptSettings): Promise<void> {
    const { nodes, view } = settings;
    const names = [...nodes];
    const context = { ...this.#context, drain: interrupt, signal: interrupt };
    const flags: DshFlags = {
      ...this.#input.flags,
      gather: view === 'gather',
      diff: view === 'diff',
      command: [command],
      fanout: settings.fanout,
      'command-timeout': settings.commandTimeoutMs,
      'no-history': this.#input.flags['no-history'] || !keep,
    };
    const commands = await commandsOf(flags, [], {
      cwd: context.cwd,
      sudoPassword: this.#sudoPassword,
      terminal: terminalOf(context),
    });
    const outputs = new OutputRecorder();
    using display = openDisplay(context, { flags, align: undefined, nodes: names, commands: [command] });
    const renderer = flags['no-history'] ? display.renderer : together([outputs, display.renderer]);
    const start = () =>
      this.#stage.fanout.runEach(
        this.#targets(nodes),
        commands,
        transferOptions(flags, context, names.length),
      );
    const summary = await followRun(start, { ...display, renderer }, context);
    this.#last = { command, keep, summary };
    if (!flags['no-history']) {
      const recipe = recipeOf(flags, [], context.cwd);
      await keepHistory({ recipe, nodes: nodes.toString(), summary, outputs, retryOf: undefined }, context);
    }
    await endRun({ summary, flags, retryWith: ':retry' }, display.surface, context);
  }

  async retry(settings: PromptSettings, interrupt: AbortSignal): Promise<void> {
    if (this.#last === undefined) throw new HeorotError('usage', 'no command has been run yet');
    const { command, keep, summary } = this.#last;
    const nodes = NodeSet.from(summary.results.filter(failed).map(({ node }) => node));
    if (nodes.isEmpty) throw new HeorotError('usage', 'the last command ended ok on every node');
    this.#context.stderr.write(`${countedNodes(nodes)}: ${command}\n`);
    await this.run({ command, keep, interrupt }, { ...settings, nodes });
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
    const groups = Map.groupBy(this.#last.summary.results, ({ outcome }) => describeOutcome(outcome));
    const lines = [...groups].map(
      ([text, results]) => `${NodeSet.from(results.map(({ node }) => node)).toString()}: ${text}\n`,
    );
    return lines.join('');
  }

  completion(settings: PromptSettings): CompletionSource {
    const { inventory } = this.#stage;
    return {
      nodes: async () => {
        const known = inventory.sources().length === 0 ? NodeSet.empty : await inventory.all();
        return Array.from(known.union(settings.nodes).slice(0, completionLimit));
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
  return `${home}${rest === '' ? '' : quoteForSh(rest)}*`;
}
