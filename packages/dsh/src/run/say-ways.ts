// `-v`: by which transport nodes are reached and why, one line for each way, before anything is connected.
import type { CommandContext } from '@heorot/cli';
import { NodeSet } from '@heorot/inventory';
import type { Stage } from './open-stage.ts';

/** What OpenSSH 10.1 warns of at each connection; here only with -v, or every run of the built-in client would. */
const notPostQuantum =
  'its key exchange is not post-quantum: who records it now may read it some day (--transport openssh)';

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
