// `heorot lab down`: ends a rehearsal cluster and removes what it wrote.
import { type CommandContext, type CommandInput, defineVerb, ExitCode } from '@heorot/cli';
import { HeorotError } from '@heorot/inventory';
import { labFolder, labNames, nameFlag } from './lab-folders.ts';

const flags = {
  ...nameFlag,
  all: { kind: 'switch', char: 'a', summary: 'every lab', exclusive: ['name'], group: 'Lab' },
} as const;

export const downVerb = defineVerb({
  summary: 'end a rehearsal cluster and remove its files',
  description:
    'Ends every process of the lab, those left behind by commands included, and removes its folder. Cleans up as well after a lab that crashed or did not survive a reboot of this machine.',
  operands: { kind: 'none' },
  flags,
  examples: [{ command: 'heorot lab down', summary: 'the lab that heorot lab up started' }],
  run: async (input, context) => down(input, context),
});

async function down(input: CommandInput<typeof flags>, context: CommandContext): Promise<number> {
  const { flags: given } = input;
  const { endLab } = await import('@heorot/lab');
  const names = given.all ? await labNames(context) : [given.name];
  for (const name of names) {
    const outcome = await endLab(labFolder(context, name));
    if (outcome === 'none') {
      throw new HeorotError('lab-not-running', `there is no lab '${name}'`, {
        hint: 'heorot lab status lists them',
      });
    }
    context.stderr.write(
      `lab ${name}: ${outcome === 'ended' ? 'ended' : 'had ended by itself; cleaned up'}\n`,
    );
  }
  return ExitCode.ok;
}
