// The directives of the prompt that change or show its settings.
import { formatDuration, notTooMany, parseDuration } from '@heorot/cli';
import { HeorotError, type NodeSet } from '@heorot/inventory';
import type { PromptHost, PromptSettings, PromptStage } from './prompt.ts';
import { type Directive, directives } from './prompt-line.ts';

/** @returns the settings from now on; undefined to leave */
export async function direct(
  name: Exclude<Directive, 'retry'>,
  argument: string,
  settings: PromptSettings,
  { host, context }: Pick<PromptStage, 'host' | 'context'>,
): Promise<PromptSettings | undefined> {
  const say = (line: string): void => void context.stderr.write(`${line}\n`);
  switch (name) {
    case 'nodes': {
      const { nodes, named } = await chooseNodes(argument, settings.nodes, host);
      say(countedNodes(nodes));
      const doubt = await host.strangers(named);
      if (doubt !== undefined) say(doubt);
      return { ...settings, nodes };
    }
    case 'gather':
    case 'diff': {
      const view = settings.view === name ? 'live' : name;
      say(`output: ${view}`);
      return { ...settings, view };
    }
    case 'fanout': {
      const fanout = argument === '' ? settings.fanout : parseFanout(argument);
      say(`at most ${fanout} at a time`);
      return { ...settings, fanout };
    }
    case 'timeout': {
      const commandTimeoutMs =
        argument === '' ? settings.commandTimeoutMs : parseDuration(argument) || undefined;
      say(
        commandTimeoutMs === undefined
          ? 'no command timeout'
          : `command timeout: ${formatDuration(commandTimeoutMs)}`,
      );
      return { ...settings, commandTimeoutMs };
    }
    case 'last':
      context.stdout.write(host.lastOutcomes());
      return settings;
    case 'help':
      context.stderr.write(help());
      return settings;
    case 'quit':
      return undefined;
    default:
      return name satisfies never;
  }
}

/** `SET` chooses, `+SET` adds, `-SET` takes away, nothing leaves the nodes as they are. */
async function chooseNodes(
  argument: string,
  current: NodeSet,
  host: PromptHost,
): Promise<{ readonly nodes: NodeSet; readonly named: NodeSet }> {
  if (argument === '') return { nodes: current, named: current };
  const named = notTooMany(await host.resolve(argument.replace(/^[+-]\s*/, '')));
  const nodes = argument.startsWith('+')
    ? current.union(named)
    : argument.startsWith('-')
      ? current.difference(named)
      : named;
  if (nodes.isEmpty)
    throw new HeorotError('selection-empty', 'that would leave no nodes', {
      hint: `still: ${current.toString()}`,
    });
  return { nodes, named };
}

/** @example `8 nodes: n[1-8]` */
export function countedNodes(nodes: NodeSet): string {
  return `${nodes.size} ${nodes.size === 1n ? 'node' : 'nodes'}: ${nodes.toString()}`;
}

function parseFanout(argument: string): number {
  const fanout = Number(argument);
  if (Number.isSafeInteger(fanout) && fanout > 0) return fanout;
  throw new HeorotError('usage', `':fanout ${argument}': not a number of nodes`, {
    hint: 'for example :fanout 16',
  });
}

function help(): string {
  const rows = [
    ['COMMAND', 'runs on the nodes; Ctrl-C ends it there; a line that begins with a blank is not remembered'],
    ['!COMMAND', 'runs on this machine'],
    ...Object.entries(directives).map(([name, summary]) => [`:${name}`, summary]),
  ];
  return rows.map(([what = '', summary = '']) => `  ${what.padEnd(9)} ${summary}\n`).join('');
}
