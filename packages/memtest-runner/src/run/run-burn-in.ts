// What `memtest-runner run` does, from the selection of nodes to the verdicts.
import { machine } from 'node:os';
import { resolve } from 'node:path';
import {
  type CommandContext,
  ExitCode,
  type FlagValues,
  selectionOf,
  writeAll,
  writeJson,
} from '@heorot/cli';
import { HeorotError, NodeSet } from '@heorot/inventory';
import type { runFlags } from '../commands/run.ts';
import { keepEventLogs } from '../event-log/keep-event-logs.ts';
import { type NodeState, type Reach, SpoolStore, type StoredRun, storePath } from '../follow/spool-store.ts';
import type { RunHeader } from '../model/run-result.ts';
import type { Capacity } from '../node/capacity.ts';
import { runFolder } from '../node/folders.ts';
import { describePlan } from '../plan/describe-plan.ts';
import { askedBytes, assumedSpeed } from '../plan/pass-cost.ts';
import { longestSeconds, plannedPhase, plannedSeconds } from '../plan/phase.ts';
import {
  engineChoices,
  levelOf,
  type PlannedNode,
  planRun,
  type RunPlan,
  type Wishes,
} from '../plan/plan-run.ts';
import { nodesToHave } from '../slurm/nodes-to-have.ts';
import { type BurnInStage, type Failure, openBurnInStage } from './burn-in-stage.ts';
import { buildEngines, buildOfficials, type EngineFile, programOf, pushEngines } from './engine-programs.ts';
import { runId } from './run-id.ts';
import { startOnNodes } from './start-on-nodes.ts';
import { sbatchFlags, submitRun } from './submit-run.ts';
import { buildOptions, type Survey, surveyNodes } from './survey-nodes.ts';
import { watchRun } from './watch-run.ts';

type RunFlags = FlagValues<typeof runFlags>;

const ANSWER_WITHIN_MS = 60_000;
const DAY_MS = 86_400_000;

export async function runBurnIn(flags: RunFlags, context: CommandContext): Promise<number> {
  const wishes = wishesOf(flags);
  sbatchFlags(flags.sbatch);
  const reach: Reach = {
    clusterFile: flags.cluster ?? null,
    user: flags.user ?? null,
    sshConfig: flags['ssh-config'] ?? null,
    transport: flags.transport ?? null,
    via: flags.via ?? null,
  };
  await using stage = await openBurnInStage(
    {
      reach,
      connectTimeoutMs: flags['connect-timeout'],
      select: (inventory) => inventory.select(selectionOf(flags)),
      quiet: flags.quiet,
    },
    context,
  );
  const ask = { fanout: flags.fanout, commandTimeoutMs: ANSWER_WITHIN_MS, signal: context.signal };
  const { spool, install, 'dry-run': dryRun } = flags;
  const survey = await surveyNodes(stage, wishes, { spool, install, dryRun }, ask, context);
  const probed = reach.via === 'slurm' ? await asSlurmAllows(survey, flags, context) : survey;
  const planned = plannedNodes(probed.capacities, context);
  const plan = planRun(wishes, planned);
  if (dryRun) return await showPlan(plan, planned, probed.failures, wishes, flags, context);
  if (!flags.quiet && planned.size > 0) {
    context.stderr.write(`${describePlan(plan, planned, wishes).join('\n')}\n`);
  }
  const others = [...new Set([...probed.capacities.values()].map(({ architecture }) => architecture))].filter(
    (each) => each !== machine(),
  );
  const officials =
    flags.official === undefined
      ? []
      : await buildOfficials(
          resolve(context.cwd, flags.official),
          [...probed.capacities.values()],
          buildOptions(context),
        );
  const engines = [
    ...probed.engines,
    ...officials,
    ...(others.length === 0 ? [] : await buildEngines(others, buildOptions(context))),
  ];
  const started = await start(
    stage,
    { flags, wishes, plan, reach, engines, capacities: probed.capacities, failures: probed.failures },
    context,
  );
  using store = started.store;
  const { id } = started.run.header;
  const none = started.failures.size === stage.targets.length;
  // Where nothing began the verdicts say so in a moment.
  if (!none) tellFailures(started.failures, context);
  if (none || flags.wait || context.stderr.isTTY === true) {
    const options = {
      fanoutWidth: flags.fanout,
      lostAfterMs: flags['lost-after'],
      json: flags.json,
      quiet: flags.quiet,
    };
    return await watchRun({ ...stage, run: started.run, store }, options, context);
  }
  if (flags.json) await writeJson(context.stdout, started.run.header);
  else await writeAll(context.stdout, `${id}\n`);
  context.stderr.write(`started; see it: memtest-runner attach ${id}\n`);
  return started.failures.size === 0 ? ExitCode.ok : ExitCode.unreachable;
}

/** Without the nodes that get no job now; a plan is made only for those that do. */
async function asSlurmAllows(survey: Survey, flags: RunFlags, context: CommandContext): Promise<Survey> {
  try {
    const { capacities, failures } = await nodesToHave(survey.capacities, flags.queue, context);
    return { ...survey, capacities, failures: new Map([...survey.failures, ...failures]) };
  } catch (error) {
    // A plan is worth having where there is no Slurm; it says what it does not know.
    if (!flags['dry-run'] || !(error instanceof HeorotError)) throw error;
    context.stderr.write(`which nodes Slurm would give is not known: ${error.message}\n`);
    return survey;
  }
}

/** The speed of a node is that of its last run, where there was one. */
function plannedNodes(
  capacities: ReadonlyMap<string, Capacity>,
  { env }: CommandContext,
): ReadonlyMap<string, PlannedNode> {
  using store = SpoolStore.read(storePath(env));
  const measured = store?.speeds() ?? new Map<string, number>();
  return new Map(
    [...capacities].map(([node, capacity]): [string, PlannedNode] => {
      const bytesPerSecond = measured.get(node);
      const speed =
        bytesPerSecond === undefined
          ? assumedSpeed(capacity)
          : ({ bytesPerSecond, kind: 'measured' } as const);
      return [node, { capacity, speed }];
    }),
  );
}

function wishesOf(flags: RunFlags): Wishes {
  const engines = flags.engines === undefined ? [] : flags.engines.split(',').map(engineChoice);
  const reserveBytes = flags.reserve === undefined ? undefined : askedBytes(flags.reserve, Number.NaN);
  if (reserveBytes !== undefined && !(reserveBytes > 0)) {
    throw new HeorotError('usage', `'${flags.reserve}' is no amount of memory`, {
      hint: 'such as 2G or 512M',
    });
  }
  return {
    level: flags.level,
    seconds: flags.for === undefined ? undefined : Math.max(1, Math.round(flags.for / 1000)),
    passes: flags.passes,
    engines,
    memory: flags.memory,
    reserveBytes,
    official: flags.official !== undefined,
    idleGate: flags['idle-gate'],
  };
}

function engineChoice(word: string): Wishes['engines'][number] {
  const choice = engineChoices.find((each) => each === word);
  if (choice !== undefined) return choice;
  throw new HeorotError('usage', `no engine '${word}'`, { hint: `one of: ${engineChoices.join(', ')}` });
}

async function showPlan(
  plan: RunPlan,
  nodes: ReadonlyMap<string, PlannedNode>,
  failures: ReadonlyMap<string, Failure>,
  wishes: Wishes,
  flags: RunFlags,
  context: CommandContext,
): Promise<number> {
  if (flags.json)
    await writeJson(context.stdout, {
      plan: plan.phases.map(plannedPhase),
      left: plan.left,
      seconds: plannedSeconds(plan.phases),
      atMostSeconds: longestSeconds(plan.phases),
      nodeSet: NodeSet.from(nodes.keys()).toString(),
      without: [...failures].map(([node, { why }]) => ({ node, why })),
    });
  else if (nodes.size > 0)
    await writeAll(context.stdout, `${describePlan(plan, nodes, wishes).join('\n')}\n`);
  tellFailures(failures, context);
  return failures.size === 0 ? ExitCode.ok : ExitCode.unreachable;
}

/** Nodes with the same trouble in one line. */
function tellFailures(failures: ReadonlyMap<string, Failure>, { stderr, theme }: CommandContext): void {
  for (const [why, alike] of Map.groupBy(failures, ([, failure]) => failure.why)) {
    const nodes = NodeSet.from(alike.map(([node]) => node)).toString();
    stderr.write(`${theme.stderr.node(nodes)}: ${why}\n`);
  }
}

interface Preparation {
  readonly flags: RunFlags;
  readonly wishes: Wishes;
  readonly plan: RunPlan;
  readonly reach: Reach;
  readonly engines: readonly EngineFile[];
  readonly capacities: ReadonlyMap<string, Capacity>;
  readonly failures: ReadonlyMap<string, Failure>;
}

interface Started {
  readonly run: StoredRun;
  readonly store: SpoolStore;
  readonly failures: ReadonlyMap<string, Failure>;
}

/** The run is written down before a node is touched: whatever happens then, `attach` finds it. */
async function start(
  stage: BurnInStage,
  preparation: Preparation,
  context: CommandContext,
): Promise<Started> {
  const { flags, wishes, plan, reach, engines, capacities } = preparation;
  const failures = new Map(preparation.failures);
  for (const [node, { running }] of capacities) {
    if (running !== null && !flags.shared)
      failures.set(node, {
        why: `run ${running} is testing it`,
        reached: true,
      });
  }
  const ready = () => stage.targets.filter(({ node }) => capacities.has(node) && !failures.has(node));
  const options = { fanout: flags.fanout, signal: context.signal };
  for (const [node, failure] of await pushEngines(stage.fanout, ready(), capacities, engines, options))
    failures.set(node, failure);
  const header = headerOf(stage, preparation);
  const folders = new Map(
    [...capacities].map(([node, { spool }]) => [node, runFolder(spool, header.id, node)]),
  );
  const store = await SpoolStore.open(storePath(context.env));
  store.prune(new Date(Date.parse(header.startedAt) - flags.keep * DAY_MS));
  const run = { header, reach };
  store.createRun(
    run,
    stage.targets.map(({ node }) => {
      const failure = failures.get(node);
      const state: NodeState = failure === undefined ? { kind: 'running' } : { kind: 'failed', ...failure };
      return { node, folder: folders.get(node) ?? '', state };
    }),
  );
  const toStart = {
    id: header.id,
    phases: plan.phases,
    settings: { reserveBytes: wishes.reserveBytes, every: 60, shared: flags.shared },
    engines,
    via: reach.via ?? null,
  };
  const ask = { ...options, commandTimeoutMs: ANSWER_WITHIN_MS };
  const nodes = ready().map(({ node }) => node);
  await keepEventLogs(
    { run: header.id, nodes, when: 'before', store, inventory: stage.inventory, fanoutWidth: flags.fanout },
    context,
  );
  const unstarted = new Map(await startOnNodes(stage.fanout, ready(), capacities, toStart, ask));
  if (reach.via === 'slurm') {
    const prepared = new Map([...folders].filter(([node]) => !failures.has(node) && !unstarted.has(node)));
    const jobs = { run: header.id, phases: plan.phases, flags: sbatchFlags(flags.sbatch), folders: prepared };
    for (const [node, failure] of await submitRun(jobs, context)) unstarted.set(node, failure);
  }
  for (const [node, failure] of unstarted) {
    failures.set(node, failure);
    store.setState(header.id, node, { kind: 'failed', ...failure });
  }
  return { run, store, failures };
}

function headerOf(stage: BurnInStage, { flags, wishes, plan, engines }: Preparation): RunHeader {
  const startedAt = new Date();
  return {
    id: runId(startedAt),
    name: flags.name ?? null,
    level: levelOf(wishes),
    cluster: stage.inventory.clusterName ?? null,
    startedAt: startedAt.toISOString(),
    endedAt: null,
    nodeSet: stage.nodes.toString(),
    plan: plan.phases.map(plannedPhase),
    programs: engines.map((engine) => programOf(engine, '1')),
  };
}
