// `--record FILE` of the verbs that watch: what is looked at is kept as well.
import { defineFlags } from '@heorot/cli';

export const { record: recordFlag } = defineFlags({
  record: {
    kind: 'text',
    value: 'FILE',
    complete: 'files',
    summary: 'keep all of it in this recording as well',
    description: 'As netmon record does; netmon replay, history and events read it.',
    group: 'Recording',
    example: 'netmon top -w n[1-4] --record day.netmon',
  },
});
