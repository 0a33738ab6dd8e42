// What is known before a run is planned: what each node has, after what it lacked was installed if that was asked for.
import { machine } from 'node:os';
import type { CommandContext } from '@heorot/cli';
import { NodeSet } from '@heorot/inventory';
import { cacheFolder } from '@heorot/state';
import type { Wishes } from '../plan/plan-run.ts';
import type { AskOptions, BurnInStage, Failure } from './burn-in-stage.ts';
import { buildEngines, type EngineFile } from './engine-programs.ts';
import { installPrograms, lackingNodes, programsWanted } from './install-programs.ts';
import { type Probed, probeNodes } from './probe-nodes.ts';

export interface Survey extends Probed {
  /** Built for this machine's kind of processor. */
  readonly engines: readonly EngineFile[];
}

export interface SurveyOptions {
  readonly spool: string;
  readonly install: boolean;
  readonly dryRun: boolean;
}

/** Package managers take their time. */
const INSTALLED_WITHIN_MS = 600_000;

export async function surveyNodes(
  { fanout, targets }: BurnInStage,
  wishes: Wishes,
  { spool, install, dryRun }: SurveyOptions,
  ask: AskOptions,
  context: CommandContext,
): Promise<Survey> {
  // A plan needs no programs.
  const engines = dryRun ? [] : await buildEngines([machine()], buildOptions(context));
  const names = engines.map(({ name }) => name);
  const probed = await probeNodes(fanout, targets, spool, names, ask);
  const lacking = lackingNodes(probed.capacities, programsWanted(wishes));
  if (lacking.size === 0) return { ...probed, engines };
  for (const [programs, nodes] of lacking) {
    const told = install ? 'will be installed' : 'not installed there; --install does it';
    context.stderr.write(`${NodeSet.from(nodes).toString()}: ${programs}: ${told}\n`);
  }
  if (!install || dryRun) return { ...probed, engines };
  const failures = new Map<string, Failure>(probed.failures);
  const options = { ...ask, commandTimeoutMs: INSTALLED_WITHIN_MS };
  for (const [node, failure] of await installPrograms(fanout, targets, lacking, options))
    failures.set(node, failure);
  const again = await probeNodes(
    fanout,
    targets.filter(({ node }) => !failures.has(node)),
    spool,
    names,
    ask,
  );
  return { capacities: again.capacities, failures: new Map([...failures, ...again.failures]), engines };
}

export function buildOptions({ env, signal }: CommandContext): {
  readonly cache: string;
  readonly env: CommandContext['env'];
  readonly signal: AbortSignal;
} {
  return { cache: cacheFolder(env, 'memtest-runner'), env, signal };
}
