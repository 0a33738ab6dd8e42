// `heorot lab shell`: the user's shell, in which every tool works on the lab.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { type CommandContext, type CommandInput, defineVerb } from '@heorot/cli';
import { writeLaunchers } from '../launchers/write-launchers.ts';
import { labFolder, nameFlag } from './lab-folders.ts';

const flags = { ...nameFlag } as const;

export const shellVerb = defineVerb({
  summary: 'a shell in which every tool works on the rehearsal cluster',
  description:
    'Runs $SHELL with HEOROT_CLUSTER set and dsh, nodes and heorot first on the PATH. Leaving it leaves the lab as it is.',
  operands: { kind: 'none' },
  flags,
  examples: [{ command: 'heorot lab shell', summary: 'then: dsh -g compute uname -r' }],
  run: async (input, context) => labShell(input, context),
});

async function labShell(input: CommandInput<typeof flags>, context: CommandContext): Promise<number> {
  const { flags: given } = input;
  const { openLab } = await import('@heorot/lab');
  const lab = await openLab(labFolder(context, given.name));
  const shims = join(lab.folder, 'bin');
  const self = process.argv[1] ?? '';
  await writeLaunchers(shims, {
    bins: dirname(self),
    extension: extname(self),
    node: [process.execPath, ...process.execArgv],
  });
  if (context.stderr.isTTY) context.stderr.write(hint(lab.nodes.length, context));
  const env = {
    ...context.env,
    HEOROT_CLUSTER: lab.clusterFile,
    PATH: `${shims}:${context.env['PATH'] ?? ''}`,
  };
  // Ctrl-C is for what runs in the shell.
  using _interrupts = context.takeInterrupts(() => {});
  const shell = spawn(context.env['SHELL'] ?? '/bin/sh', [], { stdio: 'inherit', env });
  return await new Promise((resolve, reject) => {
    shell.once('error', reject);
    shell.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

function hint(nodes: number, { theme }: CommandContext): string {
  const { strong } = theme.stderr;
  return [
    `A rehearsal cluster of ${nodes} nodes. Try:`,
    `  ${strong('nodes list')}                      which groups there are`,
    `  ${strong('dsh -a -b uname -r')}              one node runs an older kernel`,
    `  ${strong('dsh -g compute --diff cat ntp.conf')}`,
    `  ${strong('heorot lab kill n3')}              and again; heorot lab reboot n3 brings it back`,
    `Leave with ${strong('exit')}; the lab stays until heorot lab down.\n\n`,
  ].join('\n');
}
