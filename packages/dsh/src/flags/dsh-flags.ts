// The whole flag table of dsh.
import { connectionFlags, defineFlags, type FlagValues, outputFlags, selectionFlags } from '@heorot/cli';
import { displayFlags } from './display-flags.ts';
import { copyFlags, historyFlags, planFlags } from './other-modes-flags.ts';
import { runningFlags } from './running-flags.ts';

export const dshFlags = defineFlags({
  ...selectionFlags,
  ...runningFlags,
  ...displayFlags,
  ...outputFlags,
  ...copyFlags,
  ...historyFlags,
  ...planFlags,
  ...connectionFlags,
});

export type DshFlags = FlagValues<typeof dshFlags>;
