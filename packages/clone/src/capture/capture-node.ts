// The verb `capture`.
import {
  type CommandContext,
  createStatusBlock,
  ExitCode,
  type FlagValues,
  formatBytes,
  formatDuration,
  openCommandInventory,
  writeAll,
  writeJson,
} from '@heorot/cli';
import { openFanout, targetOf } from '@heorot/fanout';
import { HeorotError } from '@heorot/inventory';
import type { CaptureFlags } from '../commands/capture.ts';
import { rulesWith } from '../image/hygiene-rules.ts';
import { nameTree } from '../image/name-tree.ts';
import { newVersion } from '../image/new-version.ts';
import { asOnlyWriter, openStore, type WritableStore } from '../image/open-store.ts';
import { type Captured, type CaptureProgress, captureTree } from './capture-tree.ts';
import { describeStillness } from './hold-still.ts';
import { machineLabels } from './machine-labels.ts';
import { localShell, nodeShell, type Shell } from './node-shell.ts';

type Flags = Omit<FlagValues<CaptureFlags>, 'live'>;

export async function captureNode(
  operands: readonly string[],
  flags: FlagValues<CaptureFlags>,
  context: CommandContext,
): Promise<number> {
  const [word, ...more] = operands;
  if (word === undefined || more.length > 0)
    throw new HeorotError('usage', 'one node is wanted', { hint: 'clone capture n1 --name base' });
  const inventory = await openCommandInventory(flags, context);
  const [node, ...others] = await inventory.resolve(word);
  if (node === undefined || others.length > 0)
    throw new HeorotError('usage', `'${word}' is not one node`, { hint: 'one golden node makes one image' });
  await using fanout = openFanout({
    inventory,
    connection: { sshConfigFile: flags['ssh-config'], transport: flags.transport },
    note: (name, text) => void context.stderr.write(`${name}: ${text}\n`),
    keepSessions: true,
  });
  const target = targetOf(inventory.node(node), flags.user === undefined ? {} : { user: flags.user });
  const unheld = flags.unprivileged
    ? 'it takes root to hold it'
    : flags.live
      ? 'as was asked for'
      : undefined;
  return captureInto(nodeShell(fanout, target, context.signal), flags, unheld, context);
}

/** The same for a folder of this machine. */
export async function captureFolder(folder: string, flags: Flags, context: CommandContext): Promise<number> {
  return captureInto(
    localShell(context.signal, context.cwd),
    { ...flags, root: folder },
    'a folder of this machine',
    context,
  );
}

async function captureInto(
  shell: Shell,
  flags: Flags,
  unheld: string | undefined,
  context: CommandContext,
): Promise<number> {
  const store = await openStore(context.env);
  const name = newVersion(flags.name ?? shell.name, store.names);
  const started = Date.now();
  try {
    const captured = await asOnlyWriter(store.layout, async () => {
      const done = await read(shell, store, flags, unheld, context);
      const source = shell.name === 'this machine' ? done.facts.root : `${shell.name}:${done.facts.root}`;
      const { include: included, exclude: excluded } = flags;
      const labels = machineLabels(done, { source, included, excluded, created: new Date() });
      const { digest } = await nameTree(store, { name, machine: done.facts.machine, labels, ...done });
      return { ...done, digest };
    });
    for (const warning of captured.warnings) await writeAll(context.stderr, `${shell.name}: ${warning}\n`);
    if (flags.json) await writeJson(context.stdout, documentOf(name, captured));
    else await writeAll(context.stdout, `${describe(name, captured, Date.now() - started)}\n`);
    return ExitCode.ok;
  } catch (cause) {
    if (context.signal.aborted)
      throw new HeorotError('interrupted', `interrupted: there is no image ${name}`, {
        cause,
        hint: 'what was read is kept: the same command goes on from there',
      });
    if (!(cause instanceof HeorotError) || !/^(capture-failed|node-unreachable|tar)$/.test(cause.code))
      throw cause;
    await writeAll(
      context.stderr,
      `clone: ${cause.message}\n${cause.hint === undefined ? '' : `  ${cause.hint}\n`}`,
    );
    return cause.code === 'node-unreachable' ? ExitCode.unreachable : ExitCode.nodeFailed;
  }
}

async function read(
  shell: Shell,
  { layout }: WritableStore,
  { root, include, exclude, unprivileged }: Flags,
  unheld: string | undefined,
  context: CommandContext,
): Promise<Captured> {
  let now: CaptureProgress = { step: 'look', doneBytes: 0, totalBytes: 0, path: '' };
  const started = Date.now();
  using _block = createStatusBlock(context.stderr, {
    render: () => [statusLine(shell.name, now, Date.now() - started)],
  });
  return await captureTree(shell, {
    layout,
    root,
    rules: rulesWith(include, exclude),
    unprivileged,
    unheld,
    progress: (progress) => {
      now = progress;
    },
  });
}

function statusLine(
  name: string,
  { step, doneBytes, totalBytes, path }: CaptureProgress,
  elapsedMs: number,
): string {
  if (step === 'look') return `${name}: what is it?`;
  if (step === 'list') return `${name}: listing files`;
  const part = totalBytes === 0 ? 0 : doneBytes / totalBytes;
  const left = part < 0.02 ? '' : `, about ${formatDuration((elapsedMs / part) * (1 - part))} left`;
  return `${name}: ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}${left}  ${path}`;
}

function describe(
  name: string,
  { selection, tree, stillness, changed, resumedBytes }: Captured,
  elapsedMs: number,
): string {
  const regular = tree.files.filter(({ type }) => type === 'file').length;
  return [
    `${name}: ${tree.files.length} entries, ${regular} ${regular === 1 ? 'file' : 'files'} of ${formatBytes(selection.totalBytes)}, layer ${formatBytes(tree.layer.size)}, in ${formatDuration(elapsedMs)}`,
    ...stillness.map((each) => `  ${describeStillness(each)}`),
    ...(resumedBytes === 0
      ? []
      : [`  ${formatBytes(resumedBytes)} of an interrupted capture were not read again`]),
    ...(selection.leftOut.length === 0
      ? []
      : [`  left out by rule: ${selection.leftOut.length}; see clone image show ${name}`]),
    ...(selection.unreadable.length === 0 ? [] : [`  could not be read: ${shortly(selection.unreadable)}`]),
    ...(changed.length === 0 ? [] : [`  changed while they were read: ${shortly(changed)}`]),
    `next: clone image check ${name}`,
  ].join('\n');
}

function shortly(paths: readonly string[]): string {
  const shown = paths.slice(0, 5).join(' ');
  return paths.length > 5 ? `${shown} and ${paths.length - 5} more` : shown;
}

function documentOf(
  name: string,
  { digest, selection, tree, stillness, changed, resumedBytes }: Captured & { readonly digest: string },
): unknown {
  return {
    image: name,
    digest,
    entries: tree.files.length,
    bytes: selection.totalBytes,
    layerBytes: tree.layer.size,
    resumedBytes,
    leftOut: selection.leftOut,
    unreadable: selection.unreadable,
    stillness,
    changed,
  };
}
