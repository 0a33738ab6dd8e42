// What `--retry` makes of an earlier run: the command line as it would have to be typed again. Pure.
import { HeorotError, transportNames } from '@heorot/inventory';
import type { DshFlags } from '../flags/dsh-flags.ts';
import type { Recipe } from '../history/run-record.ts';

export interface Typed {
  readonly flags: DshFlags;
  readonly operands: readonly string[];
}

/**
 * Another command may be given with --retry; then only nodes and connection are taken from the earlier run.
 * @throws HeorotError `usage` when the run used variables whose values were not kept
 */
export function retryInput({ flags, operands }: Typed, recipe: Recipe, nodes: string): Typed {
  const connected: DshFlags = { ...flags, ...connectionOf(flags, recipe), nodes: [nodes] };
  const givesCommand = flags.command.length + operands.length + flags.copy.length + flags.fetch.length > 0;
  if (givesCommand || flags.script !== undefined) return { flags: connected, operands };
  refuseLostVariables(flags, recipe);
  const askPassword = recipe.sudo?.withPassword === true && !hasPasswordSource(flags);
  return {
    operands: recipe.operands,
    flags: {
      ...connected,
      command: recipe.kind === 'run' ? recipe.commands : [],
      copy: recipe.kind === 'copy' ? recipe.commands : [],
      fetch: recipe.kind === 'fetch' ? recipe.commands : [],
      script: recipe.script,
      dest: flags.dest ?? recipe.destination,
      cwd: flags.cwd ?? recipe.directory,
      sudo: flags.sudo || recipe.sudo !== undefined,
      'sudo-user': flags['sudo-user'] ?? recipe.sudo?.user,
      'ask-sudo-password': flags['ask-sudo-password'] || askPassword,
      tty: flags.tty || recipe.terminal === true,
      expand: flags.expand || recipe.expand === true,
    },
  };
}

function connectionOf(
  flags: DshFlags,
  { connection }: Recipe,
): Pick<DshFlags, 'cluster' | 'ssh-config' | 'user' | 'transport'> {
  return {
    cluster: flags.cluster ?? connection['cluster'],
    'ssh-config': flags['ssh-config'] ?? connection['ssh-config'],
    user: flags.user ?? connection['user'],
    transport: flags.transport ?? transportNames.find((name) => name === connection['transport']),
  };
}

function refuseLostVariables({ env }: DshFlags, { environment = [] }: Recipe): void {
  const given = env.map((setting) => setting.split('=')[0]);
  const missing = environment.filter((name) => !given.includes(name));
  if (missing.length === 0) return;
  throw new HeorotError(
    'usage',
    `the run set ${missing.join(', ')}, whose values are not kept in the history`,
    {
      hint: `give them again: dsh --retry ${missing.map((name) => `--env ${name}=...`).join(' ')}`,
    },
  );
}

function hasPasswordSource(flags: DshFlags): boolean {
  return flags['sudo-password-file'] !== undefined || flags['sudo-password-fd'] !== undefined;
}
