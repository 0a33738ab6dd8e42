// `memtest-runner quarantine`: prints what takes bad nodes out of service, or does it.
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  type CommandContext,
  confirm,
  ExitCode,
  type FlagValues,
  openCommandInventory,
  selectionOf,
  writeAll,
} from '@heorot/cli';
import { quoteForSh } from '@heorot/fanout';
import { HeorotError, NodeSet } from '@heorot/inventory';
import { makeFolder, writeFileAtomically } from '@heorot/state';
import type { quarantineFlags } from '../commands/quarantine.ts';
import { openKeptHistory } from '../history/open-history.ts';
import { findRun, readRun } from '../history/read-runs.ts';
import { type Verdict, verdicts } from '../judge/verdict.ts';
import { runSlurm } from '../slurm/run-slurm.ts';
import { parseSlurmNodes } from '../slurm/slurm-nodes.ts';
import { drainSteps, planDrain, planResume, type SlurmStep } from './drain-steps.ts';
import { addToGroup, type GroupChange, groupFile, removeFromGroup } from './exclude-group.ts';
import { type QuarantinedNode, quarantined, quarantineList } from './quarantine-list.ts';

type Flags = FlagValues<typeof quarantineFlags>;

export async function runQuarantine(
  flags: Flags,
  run: string | undefined,
  context: CommandContext,
): Promise<number> {
  const among = await selected(flags, context);
  const wanted = flags.undo ? [] : await wantedNodes(flags, run, among, context);
  if (!flags.undo && wanted.length === 0) {
    context.stderr.write('no node is to be quarantined\n');
    return ExitCode.ok;
  }
  return flags['group-file'] === undefined
    ? await inSlurm(flags, wanted, among, context)
    : await inGroupFile(flags, flags['group-file'], wanted, among, context);
}

/** undefined: no nodes were named. */
async function selected(flags: Flags, context: CommandContext): Promise<ReadonlySet<string> | undefined> {
  if (!flags.all && flags.nodes.length === 0 && flags.group.length === 0) return undefined;
  const inventory = await openCommandInventory(flags, context);
  return new Set([...(await inventory.select(selectionOf(flags)))].map(String));
}

async function wantedNodes(
  flags: Flags,
  run: string | undefined,
  among: ReadonlySet<string> | undefined,
  { env }: CommandContext,
): Promise<readonly QuarantinedNode[]> {
  using database = await openKeptHistory(env);
  const result = readRun(database, findRun(database, run));
  const list = quarantineList(
    result,
    flags.verdicts === undefined ? quarantined : verdictList(flags.verdicts),
  );
  return list.filter(({ node }) => among === undefined || among.has(node));
}

function verdictList(text: string): readonly Verdict[] {
  return text.split(',').map((word) => {
    const verdict = verdicts.find((each) => each === word.trim());
    if (verdict !== undefined) return verdict;
    throw new HeorotError('usage', `'${word.trim()}' is no verdict`, {
      hint: `they are ${verdicts.join(', ')}`,
    });
  });
}

async function inSlurm(
  flags: Flags,
  wanted: readonly QuarantinedNode[],
  among: ReadonlySet<string> | undefined,
  context: CommandContext,
): Promise<number> {
  // What would be typed can be printed anywhere; to undo, and to change anything, Slurm is asked first.
  if (!flags.apply && !flags.undo) return await printSteps(drainSteps(wanted), context);
  const known = parseSlurmNodes(await runSlurm('scontrol', ['show', 'node', '--oneliner'], context));
  const plan = flags.undo ? planResume(known, among) : planDrain(wanted, known);
  for (const { nodes, why } of plan.left) context.stderr.write(`${nodes}: ${why}, left as it is\n`);
  if (plan.steps.length === 0) {
    context.stderr.write('nothing to do\n');
    return ExitCode.ok;
  }
  if (!flags.apply) return await printSteps(plan.steps, context);
  const nodes = NodeSet.parse(plan.steps.map((step) => step.nodes).join(',')).toString();
  const consequence = flags.undo ? `this puts ${nodes} back into service` : `this drains ${nodes} in Slurm`;
  await confirm(context, { consequence, expected: nodes, yes: flags.yes, signal: context.signal });
  for (const step of plan.steps) await runSlurm('scontrol', step.args, context);
  context.stderr.write(`${flags.undo ? 'resumed' : 'drained'} ${nodes}\n`);
  return ExitCode.ok;
}

async function printSteps(steps: readonly SlurmStep[], { stdout }: CommandContext): Promise<number> {
  const commands = steps.map(({ args }) => `scontrol ${args.map(quotedWhereNeeded).join(' ')}\n`);
  await writeAll(stdout, commands.join(''));
  return ExitCode.ok;
}

function quotedWhereNeeded(word: string): string {
  return /^[\w=.,:/-]+$/.test(word) ? word : quoteForSh(word);
}

async function inGroupFile(
  flags: Flags,
  name: string,
  wanted: readonly QuarantinedNode[],
  among: ReadonlySet<string> | undefined,
  context: CommandContext,
): Promise<number> {
  const path = groupFile(name, context.env['HOME'], context.cwd);
  const before = await readFile(path, 'utf8').catch(() => '');
  const change: GroupChange = flags.undo ? removeFromGroup(before, among) : addToGroup(before, wanted);
  if (!flags.apply) {
    await writeAll(context.stdout, change.text);
    context.stderr.write(`this is what ${path} would hold; --apply writes it\n`);
    return ExitCode.ok;
  }
  if (change.changed.length === 0) {
    context.stderr.write('nothing to do\n');
    return ExitCode.ok;
  }
  const nodes = NodeSet.from(change.changed).toString();
  const consequence = `this ${flags.undo ? `takes ${nodes} out of` : `puts ${nodes} into`} ${path}`;
  await confirm(context, { consequence, expected: nodes, yes: flags.yes, signal: context.signal });
  await makeFolder(dirname(path));
  await writeFileAtomically(path, change.text);
  context.stderr.write(`${flags.undo ? 'taken out' : 'written'}: ${nodes}\n`);
  return ExitCode.ok;
}
