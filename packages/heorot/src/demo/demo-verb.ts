// `heorot demo`: a lab of eight nodes, the tour over it, and what to type next.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type CommandContext, ExitCode, type Verb } from '@heorot/cli';

export const demoVerb: Verb = {
  summary: 'a tour of the tools on a rehearsal cluster of eight nodes',
  description:
    'Starts eight real SSH servers on loopback addresses, each with a host key, a home and a hostname of its own, runs the tools on them as one would type it, and takes everything away again. Needs no root and touches nothing outside a temporary folder.',
  operands: { kind: 'none' },
  flags: {},
  examples: [{ command: 'heorot demo', summary: 'the whole tour, in under half a minute' }],
  run: async (_input, context) => demo(context),
};

async function demo(context: CommandContext): Promise<number> {
  const { startEmbeddedLab } = await import('@heorot/lab');
  const { setStage } = await import('./stage.ts');
  const { playTour } = await import('./play-tour.ts');
  const { tour } = await import('./tour.ts');
  const folder = await mkdtemp(join(tmpdir(), 'heorot-demo-'));
  try {
    await using lab = await startEmbeddedLab({ folder, nodes: 8 });
    context.stdout.write(
      `A cluster of ${lab.nodes.length} nodes is running on this machine, in three groups.\n`,
    );
    const stage = await setStage(lab, dirname(process.argv[1] ?? ''), { ...context.env });
    const broken = await playTour(tour, stage, context);
    if (context.signal.aborted) return ExitCode.interrupted;
    context.stdout.write(farewell(context));
    return broken.length === 0 ? ExitCode.ok : ExitCode.nodeFailed;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function farewell(context: CommandContext): string {
  const { strong, good } = context.theme.stdout;
  const next = [
    ['heorot lab up', 'a cluster like this one that stays, to try things on'],
    ['heorot lab shell', 'a shell in which all tools see it'],
    ['dsh -g compute', 'the prompt: type commands, every node answers'],
    ['netmon -a', 'the traffic of all nodes, live, on the whole screen'],
    ['dsh --help', 'everything else'],
  ];
  const lines = next.map(([command = '', why = '']) => `  ${good(command.padEnd(18))} ${why}`);
  return `\n${strong('What to type next')}\n${lines.join('\n')}\n\nYour own cluster in three lines: docs/guide/your-cluster.md\n`;
}
