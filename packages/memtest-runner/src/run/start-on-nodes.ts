// Starts a prepared run on its nodes: each gets its folder, its files and a detached supervisor in one session.
import { type Fanout, quoteForSh, type Target } from '@heorot/fanout';
import { evidenceScript } from '../evidence/evidence-script.ts';
import type { Capacity } from '../node/capacity.ts';
import { runFolder } from '../node/folders.ts';
import { parseStartAnswer, startScript } from '../node/start-script.ts';
import { type Phase, type SpecSettings, specOf } from '../plan/phase.ts';
import { type AskOptions, askAll, type Failure } from './burn-in-stage.ts';
import { type EngineFile, engineOf } from './engine-programs.ts';

export interface RunToStart {
  readonly id: string;
  readonly phases: readonly Phase[];
  readonly settings: Pick<SpecSettings, 'reserveBytes' | 'every' | 'shared'>;
  readonly engines: readonly EngineFile[];
  readonly via: 'slurm' | null;
}

/** @returns why a node did not start, for those that did not */
export async function startOnNodes(
  fanout: Fanout,
  targets: readonly Target[],
  capacities: ReadonlyMap<string, Capacity>,
  run: RunToStart,
  options: AskOptions,
): Promise<ReadonlyMap<string, Failure>> {
  const failures = new Map<string, Failure>();
  // Nodes of one kind with the same folders start together: the text is the same but for the node's name.
  const kindOf = ({ node }: Target) => {
    const capacity = capacities.get(node);
    if (capacity === undefined) return '';
    return [capacity.architecture, capacity.spool, run.via ?? capacity.starter].join('\n');
  };
  for (const [kind, group] of Map.groupBy(targets, kindOf)) {
    const [architecture = '', spool = '', starter = ''] = kind.split('\n');
    if (kind === '') continue;
    const at = (name: string) => `${spool}/engines/${name}`;
    const own = run.engines.find((each) => each.program === 'official' && each.architecture === architecture);
    const spec = specOf(run.phases, {
      ...run.settings,
      run: run.id,
      march: at(engineOf(run.engines, 'march', architecture).name),
      stream: at(engineOf(run.engines, 'stream', architecture).name),
      official: own === undefined ? undefined : at(own.name),
    });
    const content = Buffer.from(startScript({ spec, evidence: evidenceScript() }));
    const folder = runFolder(spool, run.id, '');
    const text = `${quoteForSh(spool)} ${quoteForSh(folder)}%n %n ${starter}`;
    const answers = await askAll(
      fanout,
      group,
      { text, expand: true, script: { name: 'heorot-start', content } },
      options,
    );
    for (const [node, why] of answers.failures) failures.set(node, why);
    for (const [node, said] of answers.texts) {
      const answer = parseStartAnswer(said);
      if (answer === null)
        failures.set(node, { why: 'it did not say whether the run started', reached: true });
      else if (answer.kind === 'refused' || answer.kind === 'failed')
        failures.set(node, { why: answer.why, reached: true });
    }
  }
  return failures;
}
