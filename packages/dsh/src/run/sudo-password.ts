// The sudo password: asked once, or from a file descriptor or a private file. Never from argv, never kept.
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { askSecret, type CommandContext } from '@heorot/cli';
import { HeorotError } from '@heorot/inventory';
import type { DshFlags } from '../flags/dsh-flags.ts';

type PasswordFlags = Pick<DshFlags, 'ask-sudo-password' | 'sudo-password-file' | 'sudo-password-fd'>;

/** @throws HeorotError `password-file`; `usage` when there is no terminal to ask on */
export async function sudoPassword(
  flags: PasswordFlags,
  context: CommandContext,
): Promise<string | undefined> {
  const file = flags['sudo-password-file'];
  const descriptor = flags['sudo-password-fd'];
  if (file !== undefined) return firstLine(readPrivateFile(resolve(context.cwd, file)));
  if (descriptor !== undefined) return firstLine(read(descriptor, `file descriptor ${descriptor}`));
  if (flags['ask-sudo-password']) return askSecret(context, 'sudo password for the nodes: ', context.signal);
  return undefined;
}

function readPrivateFile(path: string): string {
  const text = read(path, path);
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new HeorotError('password-file', `${path} can be read by others`, { hint: `chmod 600 ${path}` });
  }
  return text;
}

function read(source: string | number, name: string): string {
  try {
    return readFileSync(source, 'utf8');
  } catch (cause) {
    throw new HeorotError('password-file', `cannot read the password from ${name}`, { cause });
  }
}

function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0] ?? '';
}
