// From operands, -e, --script and the flags that shape them to the engine's commands.
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { CommandContext } from '@heorot/cli';
import { type Command, quoteForSh } from '@heorot/fanout';
import { HeorotError } from '@heorot/inventory';
import type { DshFlags } from '../flags/dsh-flags.ts';

export type CommandFlags = Pick<
  DshFlags,
  'command' | 'script' | 'expand' | 'env' | 'cwd' | 'sudo' | 'sudo-user' | 'tty'
>;

export interface CommandSurroundings {
  readonly cwd: string;
  readonly sudoPassword?: string | undefined;
  readonly terminal: {
    readonly columns: number | undefined;
    readonly rows: number | undefined;
    readonly term: string | undefined;
  };
}

/**
 * What runs on each node, in order. Operands are joined by blanks, as ssh(1) joins them.
 * @throws HeorotError `usage`; `script-unreadable`
 */
export async function commandsOf(
  flags: CommandFlags,
  operands: readonly string[],
  surroundings: CommandSurroundings,
): Promise<readonly Command[]> {
  const shape = shapeOf(flags, surroundings);
  if (flags.script !== undefined) {
    const script = {
      name: basename(flags.script),
      content: await readScript(resolve(surroundings.cwd, flags.script)),
    };
    return [{ ...shape, text: operands.map(quoteForSh).join(' '), script }];
  }
  return commandTexts(flags, operands).map((text) => ({ ...shape, text }));
}

/** The size and kind of the terminal that stands for the nodes' own with --tty. */
export function terminalOf({ stdout, env }: Pick<CommandContext, 'stdout' | 'env'>) {
  return { columns: stdout.columns, rows: stdout.rows, term: env['TERM'] };
}

/** @throws HeorotError `usage` */
export function commandTexts(
  flags: Pick<CommandFlags, 'command'>,
  operands: readonly string[],
): readonly string[] {
  if (flags.command.length > 0 && operands.length > 0) {
    throw new HeorotError('usage', `a command was given with -e and as operands: '${operands.join(' ')}'`, {
      hint: 'give it once, or each with its own -e',
    });
  }
  const texts = flags.command.length > 0 ? flags.command : operands.length > 0 ? [operands.join(' ')] : [];
  if (texts.some((text) => text.trim() === '')) throw new HeorotError('usage', 'the command is empty');
  return texts;
}

function shapeOf(
  flags: CommandFlags,
  { sudoPassword, terminal }: CommandSurroundings,
): Omit<Command, 'text'> {
  const sudoUser = flags['sudo-user'];
  const sudo = flags.sudo || sudoUser !== undefined || sudoPassword !== undefined;
  return {
    ...(flags.expand ? { expand: true } : {}),
    ...(flags.cwd === undefined ? {} : { directory: flags.cwd }),
    ...(flags.env.length === 0 ? {} : { environment: environmentOf(flags.env) }),
    ...(flags.tty
      ? {
          terminal: {
            columns: terminal.columns || 80,
            rows: terminal.rows || 24,
            term: terminal.term ?? 'xterm',
          },
        }
      : {}),
    ...(sudo
      ? {
          sudo: {
            ...(sudoUser === undefined ? {} : { user: sudoUser }),
            ...(sudoPassword === undefined ? {} : { password: sudoPassword }),
          },
        }
      : {}),
  };
}

function environmentOf(settings: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    settings.map((setting) => {
      const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(setting) ?? [];
      if (name !== undefined && value !== undefined) return [name, value];
      throw new HeorotError('usage', `flag --env: '${setting.split('=')[0]}' is not NAME=VALUE`);
    }),
  );
}

async function readScript(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new HeorotError('script-unreadable', `cannot read the script ${path}`, { cause });
  }
}
