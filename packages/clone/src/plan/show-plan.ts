// The verb `plan`.
import { type CommandContext, ExitCode, type FlagValues, writeAll, writeJson } from '@heorot/cli';
import { HeorotError } from '@heorot/inventory';
import { makePlans } from './make-plans.ts';
import type { NodePlan } from './node-plan.ts';
import type { planFlags } from './plan-flags.ts';
import { renderPlan } from './render-plan.ts';

export async function showPlan(
  operands: readonly string[],
  flags: FlagValues<typeof planFlags> & { readonly json: boolean },
  context: CommandContext,
): Promise<number> {
  const { results, digest } = await makePlans(oneImage(operands), flags, context);
  if (flags.json) {
    const shown = results.map((each) =>
      each.kind === 'plan' ? { ...each, plan: withoutPassphrases(each.plan) } : each,
    );
    await writeJson(context.stdout, { digest, results: shown });
  } else await writeAll(context.stdout, renderPlan(results, digest));
  return results.some(({ kind }) => kind === 'refused') ? ExitCode.nodeFailed : ExitCode.ok;
}

/** @throws HeorotError `usage` */
export function oneImage(operands: readonly string[]): string {
  const [image, ...more] = operands;
  if (image === undefined || more.length > 0)
    throw new HeorotError('usage', image === undefined ? 'no image is named' : 'one image at a time', {
      hint: 'clone image list; clone plan base -w n[1-8]',
    });
  return image;
}

function withoutPassphrases(plan: NodePlan): unknown {
  return JSON.parse(
    JSON.stringify(plan, (key, value: unknown) => (key === 'passphrase' ? undefined : value)),
  );
}
