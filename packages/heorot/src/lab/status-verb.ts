// `heorot lab status`: which labs run, and how their nodes are.
import {
  type CommandContext,
  type CommandInput,
  defineVerb,
  ExitCode,
  renderTable,
  writeAll,
  writeJson,
} from '@heorot/cli';
import { HeorotError, NodeSet } from '@heorot/inventory';
import type { NodeCondition, RunningLab } from '@heorot/lab';
import { labFolder, labNames } from './lab-folders.ts';

const flags = {
  json: { kind: 'switch', summary: 'one JSON document', group: 'Output' },
} as const;

export const statusVerb = defineVerb({
  summary: 'list the rehearsal clusters and how their nodes are',
  description:
    'One line a lab: its kind, since when it runs, how many nodes are up and which suffer a fault. A lab that ended without cleaning up is named as such.',
  operands: { kind: 'none' },
  flags,
  examples: [{ command: 'heorot lab status', summary: 'every lab of this user' }],
  run: async (input, context) => status(input, context),
});

interface LabLine {
  readonly name: string;
  readonly lab: RunningLab | undefined;
}

async function status(input: CommandInput<typeof flags>, context: CommandContext): Promise<number> {
  const { flags: given } = input;
  const { openLab } = await import('@heorot/lab');
  const lines: LabLine[] = [];
  for (const name of await labNames(context)) {
    const lab = await openLab(labFolder(context, name)).catch((error: unknown) => {
      if (error instanceof HeorotError) return undefined;
      throw error;
    });
    lines.push({ name, lab });
  }
  if (given.json) await writeJson(context.stdout, lines.map(toJson));
  else if (lines.length === 0) context.stderr.write('no lab is running; start one: heorot lab up\n');
  else await writeAll(context.stdout, `${table(lines, context).join('\n')}\n`);
  return ExitCode.ok;
}

function table(lines: readonly LabLine[], { theme, stdout }: CommandContext): readonly string[] {
  const titles = ['LAB', 'KIND', 'SINCE', 'NODES', 'CLUSTER FILE'].map((title) => ({ title }));
  const rows = lines.map(({ name, lab }) =>
    lab
      ? [name, lab.kind, lab.startedAt.toISOString(), conditionsOf(lab), lab.clusterFile]
      : [name, 'ended', '', 'heorot lab down cleans up', ''],
  );
  return renderTable(titles, rows, {
    title: theme.stdout.dim,
    width: stdout.isTTY ? stdout.columns : undefined,
  });
}

/** `6 up, n[3-4] frozen`. */
function conditionsOf(lab: RunningLab): string {
  const faulty = Map.groupBy(lab.nodes, (node) => node.condition);
  const up = faulty.get('up')?.length ?? 0;
  const others = [...faulty].filter(([condition]: [NodeCondition, unknown]) => condition !== 'up');
  const faults = others.map(
    ([condition, nodes]) => `${NodeSet.from(nodes.map((node) => node.name)).toString()} ${condition}`,
  );
  return [`${up} up`, ...faults].join(', ');
}

function toJson({ name, lab }: LabLine): object {
  if (!lab) return { name, running: false };
  const { kind, pid, startedAt, clusterFile, sshConfig, nodes } = lab;
  return { name, running: true, kind, pid, startedAt, clusterFile, sshConfig, nodes };
}
