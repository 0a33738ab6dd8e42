// What `nodes discover` does, from the selection to the exit code.
import {
  type CommandContext,
  ExitCode,
  type FlagValues,
  formatBytes,
  renderTable,
  strangers,
  writeAll,
  writeJson,
} from '@heorot/cli';
import { describeOutcome } from '@heorot/fanout';
import { type Inventory, NodeSet, recordMacs, setNodeFacts } from '@heorot/inventory';
import { type Answers, askNodes } from '../ask/ask-nodes.ts';
import type { discoverFlags } from '../commands/discover.ts';
import { factsScript } from './facts-script.ts';
import { macsOf } from './macs-of.ts';
import { type NodeFacts, parseFacts } from './parse-facts.ts';

export async function discoverNodes(
  flags: FlagValues<typeof discoverFlags>,
  context: CommandContext,
): Promise<number> {
  const script = { name: 'heorot-facts', content: Buffer.from(factsScript) };
  const answers = await askNodes(flags, { text: '', script }, context);
  const facts = new Map([...answers.texts].map(([node, text]) => [node, parseFacts(text)]));
  const known = new Map(
    [...facts].flatMap(([node, found]) => (found === undefined ? [] : [[node, found] as const])),
  );

  if (flags.json) await writeJson(context.stdout, Object.fromEntries(known));
  else if (known.size > 0) await writeAll(context.stdout, `${table(known, answers, context).join('\n')}\n`);
  for (const { node, outcome } of answers.failures)
    context.stderr.write(`${node}: ${describeOutcome(outcome)}\n`);
  const doubt = await strangers(NodeSet.from(answers.failures.map(({ node }) => node)), answers.inventory);
  if (doubt !== undefined) context.stderr.write(`${doubt}\n`);
  for (const [node, found] of facts)
    if (found === undefined) context.stderr.write(`${node}: its answer is not whole\n`);
  if (!flags['no-record'] && known.size > 0) await remember(answers.inventory, known, context);
  if (answers.failures.length > 0) return ExitCode.unreachable;
  return known.size === facts.size ? ExitCode.ok : ExitCode.nodeFailed;
}

function table(
  known: ReadonlyMap<string, NodeFacts>,
  { nodes }: Answers,
  { stdout, theme }: CommandContext,
): readonly string[] {
  const titles = ['node', 'cores', 'memory', 'network', 'disks', 'system', 'kernel', 'serial'];
  const rows = [...nodes].flatMap((node) => {
    const facts = known.get(node);
    return facts === undefined ? [] : [rowOf(node, facts)];
  });
  return renderTable(
    titles.map((title) => ({ title })),
    rows,
    { width: stdout.isTTY ? stdout.columns : undefined, title: theme.stdout.dim },
  );
}

function rowOf(node: string, facts: NodeFacts): string[] {
  const unknown = '?';
  const disks = facts.disks.map(
    ({ name, bytes }) => `${name} ${bytes === undefined ? unknown : formatBytes(bytes)}`,
  );
  return [
    node,
    String(facts.processors ?? unknown),
    facts.memoryBytes === undefined ? unknown : formatBytes(facts.memoryBytes),
    facts.nics
      .map(({ name, state }) => (state === 'up' ? name : `${name} (${state ?? unknown})`))
      .join(', ') || unknown,
    disks.join(', ') || unknown,
    facts.os ?? unknown,
    facts.kernel ?? unknown,
    facts.serial ?? unknown,
  ];
}

async function remember(
  inventory: Inventory,
  known: ReadonlyMap<string, NodeFacts>,
  context: CommandContext,
): Promise<void> {
  if (inventory.factsFile === undefined) {
    context.stderr.write("not recorded: the cluster file names no facts file (add 'facts: facts.json')\n");
    return;
  }
  const recordedAt = new Date().toISOString();
  const entries = [...known].map(
    ([node, facts]) => [node, { recordedAt, labels: labelsOf(facts), details: facts }] as const,
  );
  const userId = process.getuid?.();
  await setNodeFacts(inventory, new Map(entries), userId);
  const many = known.size === 1 ? '1 node' : `${known.size} nodes`;
  context.stderr.write(`recorded the facts of ${many} in ${inventory.factsFile}\n`);
  if (inventory.macsFile === undefined) return;
  const { own, shared } = macsOf([...known].filter(([node]) => inventory.node(node).known));
  for (const [mac, nodes] of shared) {
    const names = NodeSet.from(nodes).toString();
    context.stderr.write(`${names}: MAC address ${mac} not recorded, as more than one node shows it\n`);
  }
  await recordMacs(inventory, own, userId);
}

/** The facts one wants in a command (`%cores`) or a group. */
function labelsOf(facts: NodeFacts): Record<string, string> {
  const { processors, memoryBytes, kernel, architecture, serial, product } = facts;
  const memory = memoryBytes === undefined ? undefined : Math.round(memoryBytes / 2 ** 30);
  const labels = { cores: processors, memoryGiB: memory, kernel, architecture, serial, product };
  return Object.fromEntries(
    Object.entries(labels).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}
