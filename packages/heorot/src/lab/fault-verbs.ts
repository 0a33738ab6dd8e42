// `heorot lab kill|freeze|thaw|partition|heal|slow|reboot NODES`: what can happen to a node, on demand.
import { type CommandContext, type CommandInput, defineVerb, ExitCode, type Verb } from '@heorot/cli';
import { HeorotError, openInventory } from '@heorot/inventory';
import type { Fault, RunningLab } from '@heorot/lab';
import { labFolder, nameFlag } from './lab-folders.ts';

const nodesOperand = {
  kind: 'any',
  name: 'NODES',
  summary: 'node sets of the lab, groups included: n3, n[4-5], @rack2',
  complete: 'nodes',
} as const;

export const killVerb = faultVerb(
  { kind: 'kill' },
  'end nodes: connections are refused',
  'Ends every process of the nodes; connections are refused until heorot lab reboot.',
  'killed',
);
export const freezeVerb = faultVerb(
  { kind: 'freeze' },
  'hang nodes: they accept connections and never answer',
  'Stops every process of the nodes. The kernel still accepts connections, and nothing ever answers: what a node does whose memory or file server is gone. heorot lab thaw undoes it.',
  'frozen',
);
export const thawVerb = faultVerb(
  { kind: 'thaw' },
  'undo freeze',
  'Frozen nodes go on where they were.',
  'thawed',
);
export const partitionVerb = faultVerb(
  { kind: 'partition' },
  'cut nodes off the network',
  'Packets to and from the nodes vanish; their processes run on. In an embedded lab open connections are cut and new ones hang. heorot lab heal undoes it.',
  'cut off',
);
export const healVerb = faultVerb(
  { kind: 'heal' },
  'undo partition and slow',
  'The nodes have a whole and fast network again.',
  'healed',
);
export const rebootVerb = faultVerb(
  { kind: 'reboot' },
  'restart nodes, killed ones too',
  'Ends every process, drops every connection, and starts again with a new boot id.',
  'rebooted',
);

const slowFlags = {
  ...nameFlag,
  delay: {
    kind: 'duration',
    value: 'DURATION',
    defaultMs: 200,
    summary: 'added to every round trip, such as 50ms or 2s (default: 200ms)',
    group: 'Lab',
  },
  rate: {
    kind: 'number',
    value: 'BYTES',
    min: 1,
    summary: 'at most this many bytes a second, each way',
    group: 'Lab',
  },
} as const;

export const slowVerb = defineVerb({
  summary: 'put nodes behind a slow link',
  description: 'Adds a delay to every round trip and limits the rate, until heorot lab heal.',
  operands: nodesOperand,
  flags: slowFlags,
  examples: [
    { command: 'heorot lab slow n3 --delay 300ms --rate 20000', summary: 'a node behind a bad line' },
  ],
  run: async ({ flags, operands }, context) => {
    const rate = flags.rate === undefined ? {} : { bytesPerSecond: flags.rate };
    return inject({ kind: 'slow', delayMs: flags.delay, ...rate }, flags.name, operands, context, 'slow');
  },
});

function faultVerb(fault: Fault, summary: string, description: string, done: string): Verb<typeof nameFlag> {
  return defineVerb({
    summary,
    description,
    operands: nodesOperand,
    flags: nameFlag,
    examples: [{ command: `heorot lab ${fault.kind} n3`, summary: `n3 is ${done}` }],
    run: async ({ flags, operands }: CommandInput<typeof nameFlag>, context) =>
      inject(fault, flags.name, operands, context, done),
  });
}

async function inject(
  fault: Fault,
  name: string,
  operands: readonly string[],
  context: CommandContext,
  done: string,
): Promise<number> {
  if (operands.length === 0) {
    throw new HeorotError('usage', 'no nodes were named', {
      hint: `for example: heorot lab ${fault.kind} n3`,
    });
  }
  const { openLab } = await import('@heorot/lab');
  const lab = await openLab(labFolder(context, name));
  const { env, cwd } = context;
  const inventory = await openInventory({ clusterFile: lab.clusterFile, env, cwd });
  const nodes = await inventory.select({
    nodes: operands,
    groups: [],
    all: false,
    exclude: [],
    excludeGroups: [],
  });
  await injectEverywhere(lab, [...nodes], fault);
  context.stderr.write(`${nodes.toString()}: ${done}\n`);
  return ExitCode.ok;
}

/** Each node costs the lab a connection and a look at every process: a thousand at once would use up its file descriptors. */
const atATime = 8;

async function injectEverywhere(lab: RunningLab, nodes: readonly string[], fault: Fault): Promise<void> {
  const waiting = nodes.values();
  const worker = async (): Promise<void> => {
    for (const node of waiting) await lab.fault(node, fault);
  };
  await Promise.all(Array.from({ length: atATime }, worker));
}
