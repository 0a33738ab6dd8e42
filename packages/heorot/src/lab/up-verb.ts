// `heorot lab up`: a rehearsal cluster that stays until `heorot lab down`.
import { type CommandContext, type CommandInput, defineVerb, ExitCode } from '@heorot/cli';
import type { LabDaemonOptions } from '@heorot/lab';
import { defaultLab, labFolder, nameFlag } from './lab-folders.ts';
import { inStages } from './stages.ts';

const flags = {
  kind: {
    kind: 'choice',
    choices: ['embedded', 'namespaces', 'machines'],
    default: 'embedded',
    value: 'KIND',
    summary:
      'embedded: SSH servers in one process; namespaces: real sshd; machines: QEMU; the last two need root',
    group: 'Lab',
  },
  nodes: {
    kind: 'number',
    char: 'n',
    value: 'N',
    default: 8,
    min: 1,
    max: 10_000,
    summary: 'how many nodes',
    group: 'Lab',
  },
  ...nameFlag,
  firmware: {
    kind: 'choice',
    choices: ['bios', 'uefi'],
    default: 'bios',
    value: 'KIND',
    summary: 'what the machines of --kind machines start with',
    group: 'Lab',
    example: 'heorot lab up --kind machines -n 2 --firmware uefi',
  },
  'built-in': {
    kind: 'switch',
    summary: 'answer true and hostname without a process, to measure clients; embedded only',
    group: 'Lab',
    example: 'heorot lab up -n 1000 --built-in',
  },
} as const;

export const upVerb = defineVerb({
  summary: 'start a rehearsal cluster in the background',
  description:
    'Starts N nodes on this machine, each with a host key, a home and a hostname of its own, in the groups compute, storage, login, rack1 and rack2. Prints the line that makes every tool take its cluster file. Nothing outside the state folder is touched; heorot lab down removes all of it.',
  operands: { kind: 'none' },
  flags,
  examples: [
    { command: 'heorot lab up', summary: 'eight nodes; needs no root' },
    { command: 'eval "$(heorot lab up)"', summary: 'the same, and this shell knows them' },
    {
      command: 'heorot lab up --kind namespaces -n 4',
      summary: 'four nodes with OpenSSH in network namespaces',
    },
  ],
  run: async (input, context) => up(input, context),
});

async function up(input: CommandInput<typeof flags>, context: CommandContext): Promise<number> {
  const { flags: given } = input;
  const { startLabDaemon } = await import('@heorot/lab');
  const folder = labFolder(context, given.name);
  const order: LabDaemonOptions = {
    folder,
    kind: given.kind,
    nodes: given.nodes,
    name: given.name,
    firmware: given.firmware,
    builtIn: given['built-in'],
    command: [process.execPath, ...process.execArgv, process.argv[1] ?? '', 'lab', 'serve'],
  };
  const lab = await inStages(context, `start ${given.nodes} nodes (${given.kind})`, () =>
    startLabDaemon(order),
  );
  const { strong } = context.theme.stderr;
  const named = given.name === defaultLab ? '' : ` --name ${given.name}`;
  // Alone on stdout, so that eval "$(heorot lab up)" works.
  context.stdout.write(`export HEOROT_CLUSTER=${shellQuoted(lab.clusterFile)}\n`);
  context.stderr.write(
    [
      given.kind === 'machines'
        ? `${lab.nodes.length} machines with blank disks, switched off: ${lab.clusterFile}; heorot lab reboot n1 switches n1 on`
        : `${lab.nodes.length} nodes are up: ${lab.clusterFile}`,
      `a shell that knows them:  ${strong(`heorot lab shell${named}`)}`,
      `to take them away again:  ${strong(`heorot lab down${named}`)}`,
      '',
    ].join('\n'),
  );
  return ExitCode.ok;
}

function shellQuoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
