// The verbs `boot` and `rescue`.
import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  type CommandContext,
  ExitCode,
  type FlagValues,
  openCommandInventory,
  selectionOf,
  writeAll,
} from '@heorot/cli';
import { HeorotError, type NodeRecord } from '@heorot/inventory';
import { stateFolder } from '@heorot/state';
import { RESCUE_PART, STORAGE_PART } from '../bootenv/contents.ts';
import type { BootFlags } from '../commands/boot.ts';
import type { NewDeployment } from '../deploy/deployment-store.ts';
import { readBootFiles } from '../plan/boot-files.ts';
import { rescueDeployment } from '../plan/rescue-deployment.ts';
import { type Head, openHead } from '../service/open-head.ts';

type Wish = FlagValues<BootFlags>;

export async function setBootTarget(
  operands: readonly string[],
  flags: Wish,
  context: CommandContext,
): Promise<number> {
  const [target, ...more] = operands;
  if (target === undefined || more.length > 0)
    throw new HeorotError('usage', 'one target is wanted', {
      hint: 'clone boot memtest86+|rescue|discover|local|FILE -w n1',
    });
  const inventory = await openCommandInventory(flags, context);
  const nodes = await inventory.select(selectionOf(flags));
  const records = [...nodes].map((node) => withMac(inventory.node(node)));
  using head = await openHead(stateFolder(context.env, 'clone'));
  const names = nodes.toString();
  if (flags.via === 'kexec' && target !== 'discover' && target !== 'rescue')
    throw new HeorotError('usage', `${target} is not started by kexec`, {
      hint: 'rescue and discover are; others are loaded by the firmware',
    });
  if (target === 'local') for (const { mac } of records) head.targets.clear(mac);
  else if (target === 'discover') arm(head, target, names, flags, records.map(bare));
  else if (target === 'rescue') {
    const keys = await publicKeys(context);
    const parts = await readBootFiles(head.folder.bootenv, [STORAGE_PART, RESCUE_PART]);
    arm(
      head,
      target,
      names,
      flags,
      records.map((record) => rescueDeployment(record, keys, parts)),
    );
  } else await setTarget(head, target, records, flags);
  await writeAll(context.stdout, `${nodes.toString()}: ${saying(target, flags)}\n`);
  return ExitCode.ok;
}

async function setTarget(head: Head, target: string, records: readonly Booted[], flags: Wish): Promise<void> {
  const memtest = target === 'memtest86+';
  const there: readonly string[] = await readdir(head.folder.bootenv).catch(() => []);
  const needed = memtest ? ['memtest.bin', 'memtest.efi'] : [target];
  if (!/^[\w+-][\w.+-]*$/.test(target) || needed.every((file) => !there.includes(file)))
    throw new HeorotError('boot-target', `the boot environment has no ${needed.join(' and no ')}`, {
      hint: memtest ? 'build it: clone bootenv build' : `put the file into ${head.folder.bootenv}`,
    });
  const expires = flags['until-changed'] ? undefined : Date.now() + flags.expires;
  for (const { name, mac } of records)
    head.targets.set({ mac, node: name, target, once: !flags['until-changed'], expires });
}

function arm(
  head: Head,
  action: 'discover' | 'rescue',
  nodes: string,
  flags: Wish,
  deployments: readonly NewDeployment[],
): void {
  const created = Date.now();
  head.deployments.create(
    {
      action,
      image: '',
      digest: '',
      nodes,
      trust: flags.via === 'kexec' ? 'ssh' : flags.trust,
      via: flags.via,
      window: 32,
      source: '{}',
      created,
      expires: created + flags.expires,
    },
    // What goes by its running system is started by the service; the others by a hand.
    deployments.map((each) => ({ ...each, manualPower: flags.via !== 'kexec' })),
  );
}

interface Booted extends NodeRecord {
  readonly mac: string;
}

function withMac(record: NodeRecord): Booted {
  const { mac } = record;
  if (mac !== undefined) return { ...record, mac };
  throw new HeorotError('mac-unknown', `${record.name} has no MAC address in the inventory`, {
    hint: 'power it on and name it: clone enrol',
  });
}

/** Its claim is all that is wanted of it. */
function bare({ name, mac }: Booted): NewDeployment {
  const nothing = new Uint8Array();
  return {
    node: name,
    mac,
    manualPower: true,
    plan: { steps: '', bundle: nothing, hostKeys: '' },
    secrets: nothing,
  };
}

async function publicKeys({ env }: CommandContext): Promise<readonly string[]> {
  const folder = join(env['HOME'] ?? homedir(), '.ssh');
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.pub')).sort();
  return Promise.all(names.map(async (name) => (await readFile(join(folder, name), 'utf8')).trim()));
}

function saying(target: string, flags: Wish): string {
  if (flags.via === 'kexec') return `boot ${target} now: clone serve starts it on them`;
  if (target === 'local') return 'boot from their own disks';
  return `boot ${target} ${flags['until-changed'] ? 'until it is changed: clone boot local' : 'once'}; start them from the network`;
}
