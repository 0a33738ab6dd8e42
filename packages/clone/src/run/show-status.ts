// The verb `status`. Reads alone: it works while the service runs, and when it does not.
import {
  type CommandContext,
  ExitCode,
  type FlagValues,
  formatDuration,
  neutralise,
  openCommandInventory,
  renderTable,
  selectionOf,
  writeAll,
  writeJson,
} from '@heorot/cli';
import { NodeSet } from '@heorot/inventory';
import { stateFolder } from '@heorot/state';
import type { Deployment, Run } from '../deploy/deployment.ts';
import { type HeadTables, readHead } from '../service/open-head.ts';
import { progressOfRun, stepTimes } from './progress-of-run.ts';
import type { lookFlags } from './run-flags.ts';
import { statusDocument } from './status-document.ts';

export async function showStatus(
  flags: FlagValues<typeof lookFlags>,
  context: CommandContext,
): Promise<number> {
  using head = readHead(stateFolder(context.env, 'clone'));
  const run =
    head === undefined
      ? undefined
      : flags.run === undefined
        ? head.deployments.lastRun()
        : head.deployments.run(flags.run);
  const deployments = head === undefined ? [] : await selected(head, run, flags, context);
  if (flags.json) await writeJson(context.stdout, statusDocument(deployments, run));
  else if (head === undefined || deployments.length === 0)
    await writeAll(context.stdout, 'nothing was deployed yet\n');
  else await writeAll(context.stdout, `${describe(head, deployments, run).join('\n')}\n`);
  return deployments.some(({ position }) => position.kind === 'ended' && position.ending === 'failed')
    ? ExitCode.nodeFailed
    : ExitCode.ok;
}

async function selected(
  { deployments }: HeadTables,
  run: Run | undefined,
  flags: FlagValues<typeof lookFlags>,
  context: CommandContext,
): Promise<readonly Deployment[]> {
  const chosen = flags.nodes.length > 0 || flags.group.length > 0 || flags.all;
  if (!chosen) return run === undefined ? [] : deployments.list(run.id);
  const inventory = await openCommandInventory(flags, context);
  const wanted = new Set(await inventory.select(selectionOf(flags)));
  return deployments.list(flags.run).filter(({ node }) => wanted.has(node));
}

function describe(
  head: HeadTables,
  deployments: readonly Deployment[],
  run: Run | undefined,
): readonly string[] {
  const now = Date.now();
  const { groups, remainingMs, slowest, part } = progressOfRun(deployments, now);
  const reasons = Map.groupBy(
    deployments.flatMap(({ node, position }) =>
      position.kind === 'ended' && position.reason !== undefined ? [{ node, ...position.reason }] : [],
    ),
    ({ step, code, text }) => `${step}: ${code}: ${text}`,
  );
  const times = stepTimes(deployments, head.deployments);
  const notices = head.notices.since(run?.created ?? 0);
  return [
    ...(run === undefined
      ? []
      : [
          `run ${run.id}: ${run.action} ${run.image.split(' ')[0] ?? ''}; trust: ${run.trust}; plan ${run.digest.slice(0, 12)}`,
        ]),
    ...renderTable(
      [{ title: 'state' }, { title: 'nodes', align: 'right' }, { title: '' }],
      groups.map(({ state, count, nodes }) => [state, String(count), nodes]),
    ),
    ...[...reasons].map(
      ([reason, each]) => `${NodeSet.from(each.map(({ node }) => node)).toString()}: ${harmless(reason)}`,
    ),
    ...(slowest === undefined
      ? []
      : [
          `${Math.floor(part * 100)} % done${remainingMs === undefined ? '' : `, about ${formatDuration(remainingMs)} left`}; slowest: ${slowest.node}, in ${slowest.state} for ${formatDuration(slowest.sinceMs)}`,
        ]),
    ...(times.length === 0
      ? []
      : [
          '',
          ...renderTable(
            [
              { title: 'step' },
              { title: 'median', align: 'right' },
              { title: 'longest', align: 'right' },
              { title: 'node' },
            ],
            times.map(({ step, medianMs, longestMs, node }) => [
              step,
              formatDuration(medianMs),
              formatDuration(longestMs),
              node,
            ]),
          ),
        ]),
    ...notices.map(({ kind, subject, text }) => harmless(`notice: ${kind}: ${subject}: ${text}`)),
  ];
}

/** What a node has said goes to a terminal. */
function harmless(text: string): string {
  return Buffer.from(neutralise(Buffer.from(text))).toString('utf8');
}
