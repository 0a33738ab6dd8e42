// The live board of a run, until all of its nodes are done: an aggregate of a few rows, the same for four nodes and four thousand.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CommandContext,
  createStatusBlock,
  ExitCode,
  type FinalCount,
  formatDuration,
  renderFinalLine,
  writeAll,
  writeJson,
} from '@heorot/cli';
import { NodeSet } from '@heorot/inventory';
import { stateFolder } from '@heorot/state';
import type { Deployment } from '../deploy/deployment.ts';
import { openHead } from '../service/open-head.ts';
import { progressOfRun, stateOf } from './progress-of-run.ts';
import { statusDocument } from './status-document.ts';

const pollMs = 250;

/** @returns the exit code: 1 when a node failed, 4 when one did not come in time */
export async function watchRun(
  run: number,
  flags: { readonly json: boolean },
  context: CommandContext,
): Promise<number> {
  using head = await openHead(stateFolder(context.env, 'clone'));
  const told = new Map<number, string>();
  let deployments = head.deployments.list(run);
  {
    using block = createStatusBlock(context.stderr, { render: () => board(deployments, Date.now()) });
    while (!context.drain.aborted) {
      deployments = head.deployments.list(run);
      for (const each of deployments) {
        if (each.position.kind !== 'ended' || told.has(each.id)) continue;
        told.set(each.id, each.position.ending);
        const { reason } = each.position;
        if (!flags.json && reason !== undefined)
          await block.write(
            context.stderr,
            `${each.node}: ${each.position.ending} at ${reason.step}: ${reason.text}\n`,
          );
      }
      if (deployments.every(({ ended }) => ended !== undefined)) break;
      await sleep(pollMs, undefined, { signal: context.drain }).catch(() => {});
    }
  }
  if (flags.json) await writeJson(context.stdout, statusDocument(deployments, head.deployments.run(run)));
  else await writeAll(context.stdout, `${lastLine(deployments, run, context)}\n`);
  return exitCodeOf(deployments, context);
}

function board(deployments: readonly Deployment[], now: number): readonly string[] {
  const { groups, part, remainingMs, slowest, total } = progressOfRun(deployments, now);
  const percent = `${Math.floor(part * 100)} %`;
  const left = remainingMs === undefined ? '' : `, about ${formatDuration(remainingMs)} left`;
  return [
    `${total} nodes: ${percent}${left}`,
    ...groups
      .slice(-5)
      .map(({ state, count, nodes }) => `  ${state.padEnd(10)} ${String(count).padStart(5)}  ${nodes}`),
    ...(slowest === undefined
      ? []
      : [`  slowest: ${slowest.node}, in ${slowest.state} for ${formatDuration(slowest.sinceMs)}`]),
  ];
}

function lastLine(deployments: readonly Deployment[], run: number, { theme }: CommandContext): string {
  const counts = [...Map.groupBy(deployments, stateOf)].map(
    ([state, members]): FinalCount => ({
      count: members.length,
      what: state,
      mood: state === 'deployed' ? 'good' : state === 'failed' || state === 'expired' ? 'bad' : 'warning',
      nodes: NodeSet.from(members.map(({ node }) => node)).toString(),
    }),
  );
  const bad = deployments.some(({ position }) => position.kind === 'ended' && position.ending !== 'deployed');
  const open = deployments.some(({ ended }) => ended === undefined);
  const next = open
    ? `still running: clone watch`
    : bad
      ? `again on those: clone retry --run ${run}`
      : undefined;
  return renderFinalLine(counts, next, theme.stdout);
}

function exitCodeOf(deployments: readonly Deployment[], { drain }: CommandContext): number {
  const states = new Set(deployments.map(stateOf));
  if (states.has('failed') || states.has('cancelled')) return ExitCode.nodeFailed;
  if (states.has('expired')) return ExitCode.unreachable;
  return drain.aborted && deployments.some(({ ended }) => ended === undefined)
    ? ExitCode.interrupted
    : ExitCode.ok;
}
