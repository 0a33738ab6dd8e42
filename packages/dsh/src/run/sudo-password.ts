// The sudo password: asked once, or from a file descriptor or a private file. Never from argv, never kept.
import { resolve } from 'node:path';
import { askSecret, type CommandContext } from '@heorot/cli';
import { readPassword } from '@heorot/fanout';
import { HeorotError } from '@heorot/inventory';
import type { DshFlags } from '../flags/dsh-flags.ts';

type PasswordFlags = Pick<DshFlags, 'ask-sudo-password' | 'sudo-password-file' | 'sudo-password-fd'>;

/** @throws HeorotError `password-*`; `usage` when there is no terminal to ask on */
export async function sudoPassword(
  flags: PasswordFlags,
  context: CommandContext,
): Promise<string | undefined> {
  const file = flags['sudo-password-file'];
  const descriptor = flags['sudo-password-fd'];
  if (file !== undefined) return readPassword({ kind: 'file', path: resolve(context.cwd, file) });
  if (descriptor !== undefined) return readPassword({ kind: 'descriptor', descriptor });
  if (!flags['ask-sudo-password']) return undefined;
  if (context.stdin.isTTY !== true) {
    throw new HeorotError('usage', 'flag --ask-sudo-password: there is no terminal to ask on', {
      hint: 'in scripts: --sudo-password-file FILE or --sudo-password-fd N',
    });
  }
  return askSecret(context, 'sudo password for the nodes: ', context.signal);
}
