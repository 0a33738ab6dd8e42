// Where labs that run in the background live: $XDG_STATE_HOME/heorot/lab/NAME/.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandContext } from '@heorot/cli';
import { HeorotError } from '@heorot/inventory';
import { stateFolder } from '@heorot/state';

export const defaultLab = 'rehearsal';

/** The `--name` that all lab verbs take. */
export const nameFlag = {
  name: {
    kind: 'text',
    value: 'NAME',
    default: defaultLab,
    summary: 'which lab, where there are several',
    group: 'Lab',
    example: 'heorot lab up --name second && heorot lab down --name second',
  },
} as const;

/** @throws HeorotError `lab-name-invalid` for a name that is not one plain word */
export function labFolder({ env }: Pick<CommandContext, 'env'>, name: string): string {
  if (!/^[a-z0-9][a-z0-9_-]{0,30}$/i.test(name)) {
    throw new HeorotError('lab-name-invalid', `'${name}' cannot be the name of a lab`, {
      hint: 'up to 31 letters, digits, - and _, such as: night-shift',
    });
  }
  return join(stateFolder(env, 'lab'), name);
}

/** Names of the labs that run, or left something behind. */
export async function labNames({ env }: Pick<CommandContext, 'env'>): Promise<readonly string[]> {
  const names = await readdir(stateFolder(env, 'lab')).catch(() => []);
  return names.sort((one, other) => (one < other ? -1 : 1));
}
