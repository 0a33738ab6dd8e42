// The verb `retry`: the deployment of before, with the nodes that did not come through.
import { type CommandContext, ExitCode, type FlagValues, parseFlags, splitArgv, writeAll } from '@heorot/cli';
import { NodeSet } from '@heorot/inventory';
import { stateFolder } from '@heorot/state';
import { deploy } from '../commands/deploy.ts';
import type { RetryFlags } from '../commands/retry.ts';
import { readHead } from '../service/open-head.ts';
import { startDeployment } from './start-deployment.ts';
import { lastRun } from './watch-last.ts';

export async function retryRun(flags: FlagValues<RetryFlags>, context: CommandContext): Promise<number> {
  const id = lastRun(flags.run, context);
  const found = id === undefined ? undefined : leftOver(id, context);
  if (found === undefined || found.nodes === '') {
    await writeAll(context.stdout, 'there is nothing to do again\n');
    return ExitCode.ok;
  }
  const argv = [
    ...found.words,
    '--nodes',
    found.nodes,
    ...(flags.yes ? ['--yes'] : []),
    ...(flags.wait ? [] : ['--no-wait']),
    ...(flags.json ? ['--json'] : []),
  ];
  const split = splitArgv(argv, deploy.flags, deploy.operands);
  return startDeployment([found.image], await parseFlags(split.tokens, deploy.flags), context);
}

function leftOver(
  id: number,
  { env }: CommandContext,
): { readonly nodes: string; readonly image: string; readonly words: readonly string[] } | undefined {
  using head = readHead(stateFolder(env, 'clone'));
  const run = head?.deployments.run(id);
  if (head === undefined || run === undefined) return undefined;
  const nodes = head.deployments
    .list(id)
    .filter(({ position }) => position.kind === 'ended' && position.ending !== 'deployed')
    .map(({ node }) => node);
  return {
    nodes: NodeSet.from(nodes).toString(),
    image: run.image.split(' ')[0] ?? '',
    words: wordsOf(run.source),
  };
}

/** The flags of the run that decide how it is done, as they would be typed; nodes and consent are asked anew. */
function wordsOf(source: string): readonly string[] {
  const kept = [
    'cluster',
    'recipe',
    'authorized-keys',
    'erase-members',
    'power',
    'via',
    'trust',
    'transport',
    'window',
  ];
  const flags: unknown = JSON.parse(source);
  const entries = typeof flags === 'object' && flags !== null ? Object.entries(flags) : [];
  return entries.flatMap(([name, value]: [string, unknown]) => {
    if (!kept.includes(name) || value === undefined || value === false) return [];
    if (value === true) return [`--${name}`];
    return typeof value === 'string' || typeof value === 'number' ? [`--${name}`, String(value)] : [];
  });
}
