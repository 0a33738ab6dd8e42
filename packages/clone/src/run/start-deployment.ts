// The verb `deploy`: plan, consent, and the orders for the service.
import { type CommandContext, confirm, ExitCode, type FlagValues, writeAll } from '@heorot/cli';
import { HeorotError } from '@heorot/inventory';
import { STORAGE_PART } from '../bootenv/contents.ts';
import type { DeployFlags } from '../commands/deploy.ts';
import { defaultSteps } from '../deploy/step-table.ts';
import { distributionOf } from '../distribution/distribution-of.ts';
import { LOADER_FILES, readBootFile, readBootFiles } from '../plan/boot-files.ts';
import { deploymentOf } from '../plan/deployment-of.ts';
import { makePlans, type Plans } from '../plan/make-plans.ts';
import { renderPlan } from '../plan/render-plan.ts';
import { oneImage } from '../plan/show-plan.ts';
import { openHead } from '../service/open-head.ts';
import { watchRun } from './watch-run.ts';

export async function startDeployment(
  operands: readonly string[],
  flags: FlagValues<DeployFlags>,
  context: CommandContext,
): Promise<number> {
  const plans = await makePlans(oneImage(operands), flags, context);
  const { digest, results, nodes } = plans;
  await writeAll(context.stderr, renderPlan(results, digest));
  if (digest === undefined)
    throw new HeorotError('plan-refused', 'nothing was done: not every node can be deployed so', {
      hint: 'leave out those that are refused with -x, or mend what is said of them',
    });
  if (flags.plan !== undefined && !digest.startsWith(flags.plan))
    throw new HeorotError(
      'plan-changed',
      `the plan is ${digest.slice(0, 12)} now, not ${flags.plan.slice(0, 12)}`,
      {
        hint: 'a disk, the image, the recipe or the inventory has changed since it was shown: look at it again',
      },
    );
  if (flags['dry-run']) return ExitCode.ok;
  await confirm(context, {
    consequence: `this erases the disks shown above, of ${nodes.size} nodes`,
    expected: nodes.toString(),
    yes: flags.yes,
    signal: context.signal,
  });
  const run = await order(plans, digest, flags);
  return flags.wait
    ? watchRun(run, flags, context)
    : (await writeAll(context.stdout, `run ${run}: ${nodes.toString()}; see it with: clone status\n`),
      ExitCode.ok);
}

async function order(
  { results, settings, image, folder, nodes }: Plans,
  digest: string,
  flags: FlagValues<DeployFlags>,
): Promise<number> {
  const { bootenv } = folder;
  const bootFiles = {
    bios: await readBootFiles(bootenv, LOADER_FILES.bios),
    uefi: await readBootFiles(bootenv, LOADER_FILES.uefi),
  };
  const storagePart = await readBootFile(bootenv, STORAGE_PART);
  const distribution = await distributionOf(folder, image, Number(nodes.size), flags.transport);
  const deployments = results.flatMap((each) => {
    const own = settings.get(each.kind === 'plan' ? each.plan.node : '');
    if (each.kind !== 'plan' || own === undefined) return [];
    return [
      deploymentOf(each.plan, {
        digest,
        settings: own,
        bootFiles: bootFiles[each.plan.storage.boot.firmware],
        storagePart,
        seconds: (phase) => defaultSteps.steps[phase].timeoutMs / 1000,
        distribution,
      }),
    ];
  });
  using head = await openHead(folder.path);
  const created = Date.now();
  return head.deployments.create(
    {
      action: 'deploy',
      image: `${image.name} ${image.digest}`,
      digest,
      nodes: nodes.toString(),
      trust: flags.via === 'kexec' ? 'ssh' : flags.trust,
      via: flags.via,
      window: flags.window,
      source: JSON.stringify(flags),
      created,
      expires: created + flags.expires,
    },
    deployments,
  ).id;
}
