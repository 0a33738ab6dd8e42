// From a plan that was consented to, to what the head stores for the node: steps, bundle, secrets. Here chance comes in: host
// key and machine-id are new each time; everything that was shown stays as it was shown.
import { randomBytes } from 'node:crypto';
import type { NewDeployment } from '../deploy/deployment-store.ts';
import { bundleFiles, secretFiles } from '../identity/identity-files.ts';
import { makeSshHostKey } from '../identity/ssh-host-key.ts';
import { writeTar } from '../identity/write-tar.ts';
import { stepLines } from '../protocol/plan-document.ts';
import { type FetchStep, fetchStep, type Phase, type PlanStep, phases } from '../protocol/plan-step.ts';
import type { SystemSettings } from '../recipe/settings.ts';
import { addPart } from './boot-files.ts';
import type { NodePlan } from './node-plan.ts';
import { needsStoragePart, type StorageSteps, storageSteps } from './storage-steps.ts';

export interface DeploymentSurroundings {
  /** Of the whole plan. */
  readonly digest: string;
  readonly settings: SystemSettings;
  /** Boot loader files of the boot environment. */
  readonly bootFiles: readonly FetchStep[];
  /** The part of the boot environment that has the tools of `needsStoragePart`. */
  readonly storagePart: FetchStep;
  readonly seconds: (phase: Phase) => number;
  /** How the image comes to the nodes; without it by HTTP, and its hash is told at the end. */
  readonly distribution?: Distribution;
}

/** Made once for all nodes of a run. */
export interface Distribution {
  /** The list of chunks, and what the sources need. */
  readonly files: readonly FetchStep[];
  /** In order of preference; HTTP from the head is added. */
  readonly sources: readonly string[];
}

/** Makes host key, machine-id and the lines of the plan; to be given to `head.deployments.create`. */
export function deploymentOf(plan: NodePlan, surroundings: DeploymentSurroundings): NewDeployment {
  const storage = storageSteps(plan.storage, `${surroundings.digest} ${plan.node}`);
  const hostKey = makeSshHostKey(`root@${plan.node}`);
  const bundle = writeTar(bundleFiles(plan, storage, surroundings.settings, randomBytes(16).toString('hex')));
  return {
    node: plan.node,
    mac: plan.mac,
    manualPower: plan.power === 'none',
    plan: {
      steps: stepLines(stepsOf(plan, storage, bundle, surroundings)),
      bundle,
      hostKeys: `${hostKey.publicKey}\n`,
    },
    secrets: writeTar(secretFiles(hostKey, storage, surroundings.settings)),
  };
}

function stepsOf(
  plan: NodePlan,
  storage: StorageSteps,
  bundle: Uint8Array,
  { settings, bootFiles, storagePart, seconds, distribution }: DeploymentSurroundings,
): readonly PlanStep[] {
  const { layer } = plan.image;
  const digest = layer.digest.replace(/^sha256:/, '');
  const early = storage.encrypted.length > 0;
  const inPhase: Readonly<Record<Phase, readonly PlanStep[]>> = {
    check: [
      ...plan.disks.map(
        ({ serial = '', sizeBytes, table }, at): PlanStep => ({
          kind: 'disk',
          name: `d${at + 1}`,
          serial,
          sizeBytes,
          table,
        }),
      ),
      fetchStep('bundle.tar', '/v1/bundle', bundle),
      ...bootFiles,
      ...(needsStoragePart(storage) ? addPart(storagePart) : []),
      // Passphrases are wanted before the disks are made.
      ...(early ? [{ kind: 'secrets' } as const] : []),
    ],
    partition: storage.partition,
    format: [
      ...storage.format,
      ...storage.mounts
        .filter(({ path }) => path !== 'swap')
        .map(
          ({ device, path, options }): PlanStep => ({
            kind: 'mount',
            device,
            path,
            options: options === 'defaults' ? '' : options,
          }),
        ),
    ],
    secrets: early ? [] : [{ kind: 'secrets' }],
    image: [
      ...(distribution?.files ?? []),
      {
        kind: 'image',
        sha256: digest,
        sizeBytes: layer.size,
        mediaType: layer.mediaType,
        sources: [...(distribution?.sources ?? []), `http:/blobs/sha256/${digest}`],
      },
    ],
    identity: [
      { kind: 'bundle', file: 'bundle.tar' },
      { kind: 'bundle', file: 'secrets' },
    ],
    post: settings.scripts.some(({ when }) => when === 'post') ? [{ kind: 'post', file: 'bundle.tar' }] : [],
    bootloader: bootLoader(plan, storage),
    flush: [
      { kind: 'flush' },
      { kind: 'finish', how: settings.ending === 'poweroff' ? 'poweroff' : ending(plan) },
    ],
  };
  return phases.flatMap((phase) => [
    { kind: 'phase', phase, seconds: seconds(phase) } as const,
    ...inPhase[phase],
  ]);
}

/** A machine that was started past its firmware stays past it: that may know no way to its disk, and takes time. */
function ending({ power }: NodePlan): 'kexec' | 'reboot' {
  return power === 'kexec' ? 'kexec' : 'reboot';
}

function bootLoader({ storage: { boot, disks } }: NodePlan, { mounts }: StorageSteps): readonly PlanStep[] {
  const at = disks.findIndex(({ name }) => name === boot.disk);
  const disk = disks[at];
  const holder = mounts.find(({ path }) => path === '/boot') ?? mounts.find(({ path }) => path === '/');
  const partition = disk?.partitions.find(({ content }) =>
    boot.firmware === 'bios'
      ? content.kind === 'bios-boot'
      : content.kind === 'filesystem' && content.mountPoint === '/boot/efi',
  );
  if (holder === undefined || partition === undefined) return [];
  return [
    {
      kind: 'bootloader',
      firmware: boot.firmware,
      disk: `d${at + 1}`,
      partition: `d${at + 1}p${partition.number}`,
      filesystem: holder.device,
      directory: holder.path === '/boot' ? '/grub' : '/boot/grub',
    },
  ];
}
