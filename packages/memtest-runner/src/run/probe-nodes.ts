// What the selected nodes can test, asked of all of them at once.
import { type Fanout, quoteForSh, type Target } from '@heorot/fanout';
import { type Capacity, parseCapacity } from '../node/capacity.ts';
import { probeScript } from '../node/probe-script.ts';
import { type AskOptions, askAll, type Failure } from './burn-in-stage.ts';

export interface Probed {
  readonly capacities: ReadonlyMap<string, Capacity>;
  /** Nodes that did not answer, and why. */
  readonly failures: ReadonlyMap<string, Failure>;
}

/** @param engines file names that nodes are asked for */
export async function probeNodes(
  fanout: Fanout,
  targets: readonly Target[],
  spool: string,
  engines: readonly string[],
  options: AskOptions,
): Promise<Probed> {
  const text = [spool, ...engines].map(quoteForSh).join(' ');
  const script = { name: 'heorot-capacity', content: Buffer.from(probeScript) };
  const { texts, failures } = await askAll(fanout, targets, { text, script }, options);
  const parsed = [...texts].map(([node, answer]) => [node, parseCapacity(answer)] as const);
  const unreadable = parsed.flatMap(([node, capacity]) =>
    capacity === undefined
      ? [[node, { why: 'its answer is not that of a Linux node', reached: true }] as const]
      : [],
  );
  return {
    capacities: new Map(
      parsed.flatMap(([node, capacity]) => (capacity === undefined ? [] : [[node, capacity] as const])),
    ),
    failures: new Map([...failures, ...unreadable]),
  };
}
