// Which of the probe's tools the nodes have, or why that cannot be known.
import { describeOutcome, type Fanout, type Target } from '@heorot/fanout';
import type { Pair } from './pairs.ts';
import { type ProbeTools, toolsFor, toolsScript } from './probe-script.ts';

export type NodeTools =
  | { readonly kind: 'has'; readonly tools: readonly string[] }
  | { readonly kind: 'problem'; readonly why: string };

const patienceMs = 15_000;

export async function askForTools(
  { fanout, window }: { readonly fanout: Fanout; readonly window: number },
  targets: readonly Target[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, NodeTools>> {
  const options = { schedule: { fanout: window }, commandTimeoutMs: patienceMs, signal };
  const run = fanout.run(targets, { text: toolsScript }, options);
  const said = new Map<string, string>();
  for await (const event of run) {
    if (event.kind !== 'stdout') continue;
    said.set(event.node, (said.get(event.node) ?? '') + Buffer.from(event.data).toString('utf8'));
  }
  const { results } = await run.summary;
  return new Map(
    results.map(({ node, outcome }) => [
      node,
      outcome.kind === 'ok'
        ? { kind: 'has', tools: (said.get(node) ?? '').trim().split(/\s+/) }
        : { kind: 'problem', why: describeOutcome(outcome) },
    ]),
  );
}

/** What the pair measures with, or why it cannot. */
export function toolsOfPair(
  { from, to }: Pair,
  known: ReadonlyMap<string, NodeTools>,
): ProbeTools | { readonly problem: string } {
  const unknown: NodeTools = { kind: 'problem', why: 'not asked' };
  const [sender, receiver] = [known.get(from) ?? unknown, known.get(to) ?? unknown];
  if (sender.kind === 'problem') return { problem: `${from}: ${sender.why}` };
  if (receiver.kind === 'problem') return { problem: `${to}: ${receiver.why}` };
  const fitting = toolsFor(sender.tools, receiver.tools);
  return fitting ?? { problem: 'neither iperf3 nor perl nor python3 on both' };
}
