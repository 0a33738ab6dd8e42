// `memtest-runner doctor`: asks nodes what they could test and tell, and starts nothing.
import {
  type CommandContext,
  ExitCode,
  type FlagValues,
  selectionOf,
  writeAll,
  writeJson,
} from '@heorot/cli';
import { NodeSet } from '@heorot/inventory';
import type { doctorFlags } from '../commands/doctor.ts';
import { parseEvidence } from '../evidence/evidence-reading.ts';
import { evidenceScript } from '../evidence/evidence-script.ts';
import { askAll, openBurnInStage } from '../run/burn-in-stage.ts';
import { probeNodes } from '../run/probe-nodes.ts';
import { type Check, diagnose } from './diagnosis.ts';
import { limitsScript, parseLimits } from './limits-script.ts';

const ANSWER_WITHIN_MS = 60_000;

export async function runDoctor(
  flags: FlagValues<typeof doctorFlags>,
  context: CommandContext,
): Promise<number> {
  await using stage = await openBurnInStage(
    {
      reach: {
        clusterFile: flags.cluster ?? null,
        user: flags.user ?? null,
        sshConfig: flags['ssh-config'] ?? null,
        transport: flags.transport ?? null,
      },
      connectTimeoutMs: flags['connect-timeout'],
      select: (inventory) => inventory.select(selectionOf(flags)),
      quiet: false,
    },
    context,
  );
  const ask = { fanout: flags.fanout, commandTimeoutMs: ANSWER_WITHIN_MS, signal: context.signal };
  const probed = await probeNodes(stage.fanout, stage.targets, flags.spool, [], ask);
  const script = { name: 'heorot-evidence', content: Buffer.from(oneShot()) };
  const answering = stage.targets.filter(({ node }) => probed.capacities.has(node));
  const told = await askAll(stage.fanout, answering, { text: '', script }, ask);
  const diagnoses = [...probed.capacities].map(([node, capacity]) => {
    const lines = (told.texts.get(node) ?? '').split('\n');
    const reading = lines.map(parseEvidence).find((each) => each !== null) ?? null;
    return { node, checks: diagnose(capacity, reading, parseLimits(lines)) };
  });
  if (flags.json)
    await writeJson(context.stdout, { nodes: diagnoses, failures: Object.fromEntries(probed.failures) });
  else
    await writeAll(
      context.stdout,
      diagnosisLines(diagnoses, context)
        .map((line) => `${line}\n`)
        .join(''),
    );
  for (const [node, { why }] of probed.failures)
    context.stderr.write(`${context.theme.stderr.node(node)}: ${why}\n`);
  if (diagnoses.some(({ checks }) => checks.some(({ state }) => state === 'bad'))) return ExitCode.nodeFailed;
  return probed.failures.size > 0 ? ExitCode.unreachable : ExitCode.ok;
}

/** The kernel log is told only where a folder is kept; one that lives as long as the question will do. */
function oneShot(): string {
  return `#!/bin/sh
keep=$(mktemp -d) || keep=
trap '[ -z "$keep" ] || rm -rf "$keep"' EXIT
${limitsScript}${evidenceScript()}`;
}

interface Diagnosis {
  readonly node: string;
  readonly checks: readonly Check[];
}

/** By topic, the nodes of which the same is to be said together: of two hundred nodes the odd one must meet the eye. */
function diagnosisLines(diagnoses: readonly Diagnosis[], { theme }: CommandContext): readonly string[] {
  const styles = {
    good: theme.stdout.good,
    limited: theme.stdout.warning,
    bad: theme.stdout.bad,
  } as const;
  const all = diagnoses.flatMap(({ node, checks }) => checks.map((check) => ({ node, check })));
  const alike = Map.groupBy(all, ({ check: { about, state, next } }) => `${about} ${state} ${next}`);
  const order = [...new Set(all.map(({ check }) => check.about))];
  const groups = [...alike.values()].toSorted((a, b) => placeOf(order, a) - placeOf(order, b));
  return groups.flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const { about, state, text, next } = first.check;
    const others = new Set(members.map(({ check }) => check.text)).size - 1;
    const like = others === 0 ? '' : `, and ${others} more like it`;
    const nodes = theme.stdout.node(NodeSet.from(members.map(({ node }) => node)).toString());
    return [
      `${styles[state](state.padEnd(8))}${about.padEnd(15)}${nodes}: ${text}${like}`,
      ...(next === null ? [] : [`${' '.repeat(23)}${theme.stdout.dim(`next: ${next}`)}`]),
    ];
  });
}

function placeOf(order: readonly string[], [first]: readonly { readonly check: Check }[]): number {
  return order.indexOf(first?.check.about ?? '');
}
