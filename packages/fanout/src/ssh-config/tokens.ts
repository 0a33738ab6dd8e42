// The expansions of ssh_config(5): %-tokens, ${VARIABLES} and ~.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { HeorotError } from '@heorot/inventory';
import type { LocalMachine } from './local-machine.ts';

/** Values by letter; `%%` is always known. */
export type Tokens = Readonly<Record<string, string>>;

/** @throws HeorotError `ssh-config-invalid`: an unknown token, as ssh refuses it */
export function expandTokens(text: string, tokens: Tokens): string {
  return text.replace(/%(.?)/gsu, (whole, letter: string) => {
    const value = letter === '%' ? '%' : tokens[letter];
    if (value === undefined)
      throw new HeorotError('ssh-config-invalid', `unknown token '${whole}' in '${text}'`);
    return value;
  });
}

/** `${NAME}` from the environment. @throws HeorotError `ssh-config-invalid` when a variable is not set */
function expandVariables(text: string, machine: LocalMachine): string {
  return text.replace(/\$\{([^}]*)\}/g, (_, name: string) => {
    const value = machine.environment[name];
    if (value === undefined)
      throw new HeorotError('ssh-config-invalid', `'${text}' names the variable ${name}, which is not set`);
    return value;
  });
}

/** A path: `~/` first, then variables, then tokens. */
export function expandPath(text: string, tokens: Tokens, machine: LocalMachine): string {
  const path = text === '~' || text.startsWith('~/') ? join(machine.home, text.slice(1)) : text;
  return expandTokens(expandVariables(path, machine), tokens);
}

/** The tokens that paths may hold. */
export function connectionTokens(
  target: {
    readonly original: string;
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly alias: string | undefined;
    readonly jump: string;
  },
  machine: LocalMachine,
): Tokens {
  const shortName = machine.hostname.replace(/\..*/s, '');
  return {
    // Worked out only where it is used: thousands of targets do without.
    get C() {
      const connection = `${machine.hostname}${target.host}${target.port}${target.user}${target.jump}`;
      return createHash('sha1').update(connection).digest('hex');
    },
    d: machine.home,
    h: target.host,
    i: String(machine.uid),
    j: target.jump,
    k: target.alias ?? target.original,
    L: shortName,
    l: machine.hostname,
    n: target.original,
    p: String(target.port),
    r: target.user,
    u: machine.user,
  };
}
