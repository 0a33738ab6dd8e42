import { expect, it } from 'vitest';
import { runDsh } from '../testing/run-dsh.ts';
import { foreignFlags } from './foreign-flags.ts';

it.each(Object.entries(foreignFlags))(
  '%s of another tool is refused with what to type: %s',
  async (flag, hint) => {
    expect(await runDsh(['-a', flag, 'x', 'uname'])).toEqual({
      code: 2,
      stdout: '',
      stderr: `dsh: unknown flag ${flag}\n  ${hint}\n`,
    });
  },
);
