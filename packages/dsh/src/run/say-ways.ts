// `-v`: by which transport nodes are reached and why, one line for each way, before anything is connected.
import type { CommandContext } from '@heorot/cli';
import { notPostQuantum } from '@heorot/fanout';
import { NodeSet } from '@heorot/inventory';
import type { Stage } from './open-stage.ts';

export async function sayWays(
  { fanout, targets }: Pick<Stage, 'fanout' | 'targets'>,
  context: CommandContext,
): Promise<void> {
  const ways = Map.groupBy(await fanout.explain(targets), ({ transport, reason }) =>
    [`by ${transport}, ${reason}`, ...(transport === 'ssh2' ? [notPostQuantum] : [])].join('; '),
  );
  for (const [way, nodes] of ways) {
    const names = NodeSet.from(nodes.map(({ node }) => node)).toString();
    context.stderr.write(`${context.theme.stderr.dim(`${names}: ${way}`)}\n`);
  }
}
