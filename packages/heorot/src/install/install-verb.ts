// `heorot install`: the tools on the PATH.
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type CommandContext, type CommandInput, ExitCode, type Verb } from '@heorot/cli';
import { HeorotError } from '@heorot/inventory';

const flags = {
  prefix: {
    kind: 'text',
    value: 'DIR',
    complete: 'folders',
    group: 'Installation',
    summary: 'where bin/ and share/ are (default: ~/.local)',
    example: 'heorot install --prefix ./local',
  },
  'dsh-as': {
    kind: 'text',
    value: 'NAME',
    default: 'dsh',
    group: 'Installation',
    summary: 'another name for dsh, which a Debian package owns as well',
    example: 'heorot install --prefix ./local --dsh-as hdsh',
  },
} as const;

export const installVerb: Verb<typeof flags> = {
  summary: 'put dsh, nodes and heorot on the PATH, with man pages and completion',
  description:
    'Writes small launchers into PREFIX/bin that run this copy of Heorot, and links its man pages and shell completions into PREFIX/share. A program of the same name that is not ours is never replaced.',
  operands: { kind: 'none' },
  flags,
  examples: [
    { command: 'heorot install --prefix ~/.local', summary: 'for yourself; as root: --prefix /usr/local' },
  ],
  run: async (input, context) => install(input, context),
};

async function install(
  { flags: { prefix, 'dsh-as': dshName } }: CommandInput<typeof flags>,
  context: CommandContext,
): Promise<number> {
  if (!/^[a-z][a-z0-9_-]*$/.test(dshName)) {
    throw new HeorotError('usage', `flag --dsh-as: '${dshName}' is not a name for a command`, {
      hint: 'for example --dsh-as hdsh',
    });
  }
  const { installTools } = await import('./install-tools.ts');
  const folder = resolve(context.cwd, prefix ?? join(context.env['HOME'] ?? homedir(), '.local'));
  const bins = dirname(process.argv[1] ?? '');
  const source = { bins, assets: dirname(bins), node: process.execPath };
  const written = await installTools(source, folder, dshName);
  for (const path of written) context.stdout.write(`${path}\n`);
  const bin = join(folder, 'bin');
  const onPath = (context.env['PATH'] ?? '').split(':').includes(bin);
  context.stderr.write(
    onPath
      ? `installed: type ${dshName} --help\n`
      : `installed; add it to the PATH: export PATH="${bin}:$PATH"\n`,
  );
  return ExitCode.ok;
}
