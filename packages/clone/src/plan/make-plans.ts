// The plans of a selection: the inventory, the image and the recipe are read, nothing is written.
import { readdir, readFile } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type CommandContext, type FlagValues, openCommandInventory, selectionOf } from '@heorot/cli';
import { HeorotError, type Inventory, type NodeRecord, type NodeSet } from '@heorot/inventory';
import { stateFolder } from '@heorot/state';
import { bootBytes, readContentsList } from '../bootenv/contents-list.ts';
import { listImages, readImage } from '../image/image-layout.ts';
import { newestOf } from '../image/new-version.ts';
import { lookForKexec } from '../kexec/look-for-kexec.ts';
import { type HeadFolder, headFolder } from '../protocol/head-folder.ts';
import { type SystemSettings, systemSettings } from '../recipe/settings.ts';
import { readHead } from '../service/open-head.ts';
import { type PlanResult, planDigest } from './node-plan.ts';
import { readRecipe, recipeFor } from './node-recipe.ts';
import type { planFlags } from './plan-flags.ts';
import { planNode } from './plan-node.ts';
import { type DeployableImage, deployableImage } from './planned-image.ts';

export interface Plans {
  readonly inventory: Inventory;
  readonly nodes: NodeSet;
  readonly folder: HeadFolder;
  readonly image: DeployableImage;
  readonly results: readonly PlanResult[];
  /** Over the plans; `undefined` when a node is refused. */
  readonly digest: string | undefined;
  readonly settings: ReadonlyMap<string, SystemSettings>;
}

/** More names than this in /etc/hosts of every node are no help: a name service is. */
const mostHosts = 512;

/** @throws HeorotError for the selection, the image and the recipe; what is against one node is in its result */
export async function makePlans(
  name: string,
  flags: FlagValues<typeof planFlags>,
  context: CommandContext,
): Promise<Plans> {
  const inventory = await openCommandInventory(flags, context);
  const nodes = await inventory.select(selectionOf(flags));
  const folder = headFolder(stateFolder(context.env, 'clone'));
  const image = await findImage(folder, name);
  const source = await readRecipe(inFolder(context, flags.recipe), image.storage);
  const keys = await authorizedKeys(inFolder(context, flags['authorized-keys']), context);
  const against = flags.via === 'kexec' ? await kexecReasons(inventory, nodes, folder, context) : new Map();
  using head = readHead(folder.path);
  const hosts = await hostLines(inventory);
  const settings = new Map<string, SystemSettings>();
  const results = [...nodes].map((each): PlanResult => {
    const node = inventory.node(each);
    const { recipe, text } = recipeFor(source, node);
    settings.set(each, systemSettings(recipe));
    return planNode({
      node,
      machine: node.mac === undefined ? undefined : head?.machines.machine(node.mac),
      image,
      recipe,
      recipeText: text,
      identity: { user: node.user ?? 'root', authorizedKeys: keys, hosts },
      power: flags.via === 'kexec' ? 'kexec' : powerOf(node, flags.power),
      against: against.get(each),
      eraseMembers: flags['erase-members'],
    });
  });
  const plans = results.flatMap((each) => (each.kind === 'plan' ? [each.plan] : []));
  const digest = plans.length === results.length ? planDigest(plans) : undefined;
  return { inventory, nodes, folder, image, results, digest, settings };
}

async function kexecReasons(
  inventory: Inventory,
  nodes: NodeSet,
  { bootenv }: HeadFolder,
  { signal }: CommandContext,
): Promise<ReadonlyMap<string, string>> {
  const bytes = bootBytes(await readContentsList(bootenv));
  return lookForKexec(
    [...nodes].map((node) => inventory.node(node)),
    { inventory, bytes, signal },
  );
}

/** `base@2`, or `base` for the newest of that name. */
async function findImage(folder: HeadFolder, name: string): Promise<DeployableImage> {
  const names = (await listImages(folder.images)).map((each) => each.name);
  const wanted = newestOf(name, names);
  const publicKey = await readFile(folder.publicKey, 'utf8').catch(() => undefined);
  if (publicKey === undefined)
    throw new HeorotError('image-unknown', `no image '${name}': no image was ever made here`, {
      hint: 'capture one: clone capture NODE --name base',
    });
  return deployableImage(await readImage(folder.images, wanted, [publicKey]));
}

function inFolder({ cwd }: CommandContext, path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(cwd, path);
}

async function authorizedKeys(path: string | undefined, { env }: CommandContext): Promise<readonly string[]> {
  const folder = join(env['HOME'] ?? homedir(), '.ssh');
  const files =
    path === undefined
      ? (await readdir(folder).catch(() => []))
          .filter((each) => each.endsWith('.pub'))
          .sort()
          .map((each) => join(folder, each))
      : [path];
  const texts = await Promise.all(
    files.map((file) =>
      readFile(file, 'utf8').catch((cause: unknown) => {
        throw new HeorotError('usage', `cannot read ${file}`, { cause });
      }),
    ),
  );
  const lines = texts.flatMap((text) => text.split('\n')).map((line) => line.trim());
  if (lines.some((line) => line.includes('PRIVATE KEY')))
    throw new HeorotError('usage', `${path} holds a private key`, {
      hint: 'name the file that ends in .pub',
    });
  return [...new Set(lines.filter((line) => line !== '' && !line.startsWith('#')))];
}

async function hostLines(
  inventory: Inventory,
): Promise<readonly { readonly address: string; readonly name: string }[]> {
  const all = await inventory.all().catch(() => undefined);
  if (all === undefined || Number(all.size) > mostHosts) return [];
  return [...all].flatMap((each) => {
    const { name, address } = inventory.node(each);
    return isIPv4(address) && !address.startsWith('127.') ? [{ address, name }] : [];
  });
}

function powerOf({ bmc }: NodeRecord, choice: FlagValues<typeof planFlags>['power']): string {
  if (choice === 'none' || choice === 'command') return choice;
  if (bmc === undefined) return 'none';
  return choice === 'redfish' ? 'redfish' : 'ipmi';
}
