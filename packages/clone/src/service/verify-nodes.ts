// The last step of a deployment: the node answers over ssh, under the host key that the head made, with its own name and image.
import { openFanout, targetOf } from '@heorot/fanout';
import type { Inventory } from '@heorot/inventory';

export interface Expected {
  readonly node: string;
  /** `base@2 sha256:...`; `undefined` for a rescue system, which has none. */
  readonly image: string | undefined;
}

export type Verdict =
  | { readonly kind: 'good' }
  /** It does not answer yet, or with something else; asked again until the time of the step is over. */
  | { readonly kind: 'not-yet'; readonly why: string };

export type VerifyNodes = (
  expected: readonly Expected[],
  signal: AbortSignal,
) => Promise<ReadonlyMap<string, Verdict>>;

const question = 'cat /proc/sys/kernel/hostname; cat /etc/heorot/image 2>/dev/null || echo none';

export function verifyOver(inventory: () => Inventory, sshConfigFile?: string): VerifyNodes {
  return async (expected, signal) => {
    const records = inventory();
    await using fanout = openFanout({ inventory: records, connection: { sshConfigFile } });
    const run = fanout.run(
      expected.map(({ node }) => targetOf(records.node(node))),
      { text: question },
      { schedule: { fanout: 64 }, connectTimeoutMs: 5000, commandTimeoutMs: 20_000, signal },
    );
    const said = new Map<string, string>();
    for await (const event of run)
      if (event.kind === 'stdout')
        said.set(
          event.node,
          `${said.get(event.node) ?? ''}${Buffer.from(event.data).toString('utf8')}`.slice(0, 4096),
        );
    const { results } = await run.summary;
    const outcomes = new Map(results.map(({ node, outcome }) => [node, outcome]));
    return new Map(
      expected.map((each): readonly [string, Verdict] => {
        const outcome = outcomes.get(each.node);
        return [
          each.node,
          outcome?.kind === 'ok'
            ? judge(each, said.get(each.node) ?? '')
            : { kind: 'not-yet', why: reasonOf(outcome) },
        ];
      }),
    );
  };
}

function judge({ node, image }: Expected, text: string): Verdict {
  const [name = '', found = ''] = text.split('\n');
  if (name !== node) return { kind: 'not-yet', why: `it calls itself '${name}'` };
  if (image !== undefined && found !== image) return { kind: 'not-yet', why: `it runs the image '${found}'` };
  return { kind: 'good' };
}

function reasonOf(outcome: { readonly kind: string; readonly reason?: string } | undefined): string {
  return outcome === undefined ? 'no answer' : (outcome.reason ?? outcome.kind);
}
