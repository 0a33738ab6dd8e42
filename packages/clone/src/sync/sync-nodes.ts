// The verb `sync`.
import {
  type CommandContext,
  confirm,
  createStatusBlock,
  ExitCode,
  type FlagValues,
  openCommandInventory,
  selectNodes,
  writeAll,
  writeJson,
} from '@heorot/cli';
import { openFanout, targetOf } from '@heorot/fanout';
import { HeorotError, NodeSet } from '@heorot/inventory';
import { nodeShell, type Shell } from '../capture/node-shell.ts';
import type { SyncFlags } from '../commands/sync.ts';
import type { Image } from '../image/image-layout.ts';
import { readStore } from '../image/open-store.ts';
import { oneName } from '../image/verbs/one-name.ts';
import { type Changed, changeNode } from './change-node.ts';
import { type Look, lookAtNode } from './look-at-node.ts';
import { checkSystem, shellInside } from './mounted-system.ts';
import { ownedBy } from './owned-paths.ts';
import { anyChange, changeText, lookLines, type Outcome, resultText } from './show-sync.ts';

type Flags = FlagValues<SyncFlags>;

export async function syncNodes(
  operands: readonly string[],
  flags: Flags,
  context: CommandContext,
): Promise<number> {
  const store = await readStore(context.env);
  const image = await store.read(oneName(operands, 'clone sync base -w n[1-8] --dry-run'));
  const inventory = await openCommandInventory(flags, context);
  const nodes = await selectNodes(inventory, flags);
  await using fanout = openFanout({
    inventory,
    connection: { sshConfigFile: flags['ssh-config'], transport: flags.transport },
    note: (node, text) => void context.stderr.write(`${node}: ${text}\n`),
    keepSessions: true,
  });
  const { overwrite, unprivileged } = flags;
  const mounted = flags.root !== '/' && !unprivileged;
  const root = mounted ? '/' : flags.root;
  const shells = [...nodes].map((node) => {
    const login = targetOf(inventory.node(node), flags.user === undefined ? {} : { user: flags.user });
    const shell = nodeShell(fanout, login, context.signal);
    return mounted ? shellInside(shell, flags.root) : shell;
  });
  const target = {
    image,
    root,
    overwrite,
    owners: !unprivileged,
    owned: ownedBy(flags['exclude-path']),
    baseOf: imagesByRecord(store),
  };
  const looks = await onEach(shells, flags.fanout, context, 'compared', async (shell) => {
    if (mounted) await checkSystem(shell, image, target.owned);
    return await lookAtNode(shell, target);
  });
  if (!flags.json)
    await writeAll(flags['dry-run'] ? context.stdout : context.stderr, lookLines(image, looks));
  if (context.drain.aborted) return await finish(looks, [], image, flags, context);
  const changing = looks.filter((each) => each.kind === 'done' && anyChange(each.value, image));
  if (flags['dry-run'] || changing.length === 0) return await finish(looks, [], image, flags, context);
  const set = NodeSet.from(changing.map(({ node }) => node)).toString();
  await confirm(context, {
    consequence: mounted
      ? `this brings the systems below ${flags.root} of ${set} to ${image.name}`
      : `this brings ${set} to ${image.name}, while they run`,
    expected: set,
    yes: flags.yes,
    signal: context.signal,
  });
  const byName = new Map(
    looks.flatMap((each) => (each.kind === 'done' ? [[each.node, each.value] as const] : [])),
  );
  const chosen = shells.filter(({ name }) => changing.some(({ node }) => node === name));
  const change = { layout: store.layout, image, root, owners: !unprivileged, from: flags.from };
  const changes = await onEach(chosen, flags.fanout, context, 'changed', async (shell) => {
    const look = byName.get(shell.name);
    if (look === undefined) return nothingChanged;
    const changed = await changeNode(shell, look, change);
    if (changed.notFetched !== undefined)
      context.stderr.write(
        `${shell.name}: not from ${flags.from ?? ''} (${changed.notFetched}): it came over ssh\n`,
      );
    return changed;
  });
  return await finish(looks, changes, image, flags, context);
}

const nothingChanged: Changed = { sentBytes: 0, fetchedBytes: 0, notFetched: undefined };

/** Every node to its end, or until it is interrupted; one that fails does not hold the others. */
async function onEach<Value>(
  shells: readonly Shell[],
  fanout: number,
  { stderr, drain, signal }: CommandContext,
  done: string,
  work: (shell: Shell) => Promise<Value>,
): Promise<readonly Outcome<Value>[]> {
  const outcomes = new Map<string, Outcome<Value>>();
  using _block = createStatusBlock(stderr, {
    render: () => [`${outcomes.size} of ${shells.length} nodes ${done}`],
  });
  const waiting = shells.values();
  const worker = async (): Promise<void> => {
    for (const shell of waiting)
      outcomes.set(shell.name, drain.aborted ? notBegun(shell.name) : await outcomeOf(shell, work, signal));
  };
  await Promise.all(Array.from({ length: Math.min(fanout, shells.length) }, worker));
  return shells.flatMap(({ name }) => outcomes.get(name) ?? []);
}

function notBegun(node: string): Outcome<never> {
  return { kind: 'failed', node, why: `${node}: interrupted before it was begun`, unreachable: false };
}

async function outcomeOf<Value>(
  shell: Shell,
  work: (shell: Shell) => Promise<Value>,
  signal: AbortSignal,
): Promise<Outcome<Value>> {
  try {
    return { kind: 'done', node: shell.name, value: await work(shell) };
  } catch (error) {
    if (signal.aborted) {
      const why = `${shell.name}: interrupted: each file is the old or the new one, and the next sync goes on`;
      return { kind: 'failed', node: shell.name, why, unreachable: false };
    }
    if (
      !(error instanceof HeorotError) ||
      !/^(capture-failed|node-unreachable|system-incomplete)$/.test(error.code)
    )
      throw error;
    return {
      kind: 'failed',
      node: shell.name,
      why: error.message,
      unreachable: error.code === 'node-unreachable',
    };
  }
}

async function finish(
  looks: readonly Outcome<Look>[],
  changes: readonly Outcome<Changed>[],
  image: Image,
  { json }: Flags,
  { stdout, stderr, drain }: CommandContext,
): Promise<number> {
  const failed = [...looks, ...changes].flatMap((each) => (each.kind === 'failed' ? [each] : []));
  if (json) {
    const sent = new Map(
      changes.flatMap((each) => (each.kind === 'done' ? [[each.node, each.value] as const] : [])),
    );
    const nodes = looks.map((each) =>
      each.kind === 'failed'
        ? each
        : {
            node: each.node,
            image: each.value.state.image,
            ...changeText(each.value),
            sentBytes: sent.get(each.node)?.sentBytes ?? 0,
            fetchedBytes: sent.get(each.node)?.fetchedBytes ?? 0,
            receivedBytes: each.value.bytes,
          },
    );
    await writeJson(stdout, { image: image.name, nodes, failed });
  } else {
    for (const { why } of failed) await writeAll(stderr, `clone: ${why}\n`);
    await writeAll(stdout, resultText(image, looks, changes));
  }
  if (drain.aborted)
    throw new HeorotError('interrupted', `interrupted: ${image.name} is not on all of the nodes`, {
      hint: 'the same command goes on from there',
    });
  if (failed.length === 0) return ExitCode.ok;
  return failed.every(({ unreachable }) => unreachable) ? ExitCode.unreachable : ExitCode.nodeFailed;
}

/** Each image of the past is read once, however many nodes have it. */
function imagesByRecord(
  store: Awaited<ReturnType<typeof readStore>>,
): (recorded: string) => Promise<Image | undefined> {
  const read = new Map<string, Promise<Image | undefined>>();
  return (recorded) => {
    const [name = '', digest] = recorded.split(' ');
    const found =
      read.get(recorded) ??
      (store.names.includes(name)
        ? store.read(name).then((image) => (image.descriptor.digest === digest ? image : undefined))
        : Promise.resolve(undefined));
    read.set(recorded, found);
    return found;
  };
}
