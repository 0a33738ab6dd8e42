// The flags of verbs that look at runs.
import { defineFlags, outputFlags, selectionFlags } from '@heorot/cli';

export const runFlag = defineFlags({
  run: {
    kind: 'number',
    value: 'N',
    min: 1,
    summary: 'a run by its number; the last one without it',
    group: 'Nodes',
    example: 'clone status --run 1',
  },
});

export const lookFlags = defineFlags({
  ...selectionFlags,
  ...runFlag,
  color: outputFlags.color,
  json: outputFlags.json,
});
