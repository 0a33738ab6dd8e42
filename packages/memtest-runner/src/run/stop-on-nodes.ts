// Ends a run on nodes, all of them at once.
import { type Fanout, quoteForSh, type Target } from '@heorot/fanout';
import { parseStopAnswer, type StopAnswer, stopScript } from '../node/stop-script.ts';
import { type AskOptions, askAll, type Failure } from './burn-in-stage.ts';

export interface Stopped {
  /** null: what the node said is no answer. */
  readonly answers: ReadonlyMap<string, StopAnswer | null>;
  readonly failures: ReadonlyMap<string, Failure>;
}

/** The engines have 20 s to end, the last reading of the evidence as long. */
const STOPPED_WITHIN_MS = 60_000;

/**
 * @param folders of each node, absolute there, ending in its name
 * @param outcome what is written down where the run never began
 */
export async function stopOnNodes(
  fanout: Fanout,
  targets: readonly Target[],
  folders: ReadonlyMap<string, string>,
  outcome: 'stopped' | 'withdrawn',
  options: Omit<AskOptions, 'commandTimeoutMs'>,
): Promise<Stopped> {
  const script = { name: 'heorot-stop', content: Buffer.from(stopScript) };
  const answers = new Map<string, StopAnswer | null>();
  const failures = new Map<string, Failure>();
  const groups = Map.groupBy(targets, ({ node }) => (folders.get(node) ?? '').slice(0, -node.length));
  for (const [folder, group] of groups) {
    const text = `${quoteForSh(folder)}%n ${outcome}`;
    const command = { text, expand: true, script };
    const asked = await askAll(fanout, group, command, { ...options, commandTimeoutMs: STOPPED_WITHIN_MS });
    for (const [node, failure] of asked.failures) failures.set(node, failure);
    for (const [node, said] of asked.texts) answers.set(node, parseStopAnswer(said));
  }
  return { answers, failures };
}
