// `dsh holder status|close|revoke`: the connections that `--hold` left open. A remote command called `holder` is not
// meant: one stands behind the flags that select its nodes.
import { defineFlags, defineVerb, outputFlags, selectionFlags, type Verb } from '@heorot/cli';

const statusFlags = defineFlags({
  json: { ...outputFlags.json, example: 'dsh holder status --json' },
  debug: outputFlags.debug,
  color: outputFlags.color,
});

const statusVerb = defineVerb({
  summary: 'what connections are held, and for how long',
  description:
    'Nodes whose connections are held the same way share a line. Connections in use stay; the others are closed when the time is up that --hold, or hold: of the cluster file, gave them.',
  operands: { kind: 'none' },
  flags: statusFlags,
  examples: [{ command: 'dsh holder status', summary: 'what is held' }],
  run: async ({ flags }, context) => (await import('./show-holder.ts')).showHolder(flags, context),
});

const closeVerb = defineVerb({
  summary: 'close all held connections, and end the holder',
  description:
    'Connections in use are closed when the runs that use them are done, and the holder ends with the last; runs that start meanwhile connect by themselves.',
  operands: { kind: 'none' },
  flags: defineFlags({
    quiet: quietly('dsh holder close -q'),
    debug: outputFlags.debug,
    color: outputFlags.color,
  }),
  examples: [{ command: 'dsh holder close', summary: 'at the end of the day' }],
  run: async ({ flags }, context) => (await import('./let-go.ts')).closeCommand(flags, context),
});

export const revokeFlags = defineFlags({
  ...selectionFlags,
  quiet: quietly('dsh holder revoke -q -w n1'),
  debug: outputFlags.debug,
  color: outputFlags.color,
});

const revokeVerb = defineVerb({
  summary: 'close the held connections of some nodes',
  description:
    'The next run connects to them anew. A connection in use is closed when the runs that use it are done, and is given to no other run.',
  operands: { kind: 'none' },
  flags: revokeFlags,
  examples: [{ command: "dsh holder revoke -w 'n[1-4]'", summary: 'before they are given to somebody else' }],
  run: async ({ flags }, context) => (await import('./let-go.ts')).revokeCommand(flags, context),
});

export const holderVerbs: Readonly<Record<string, Verb>> = {
  'holder status': statusVerb,
  'holder close': closeVerb,
  'holder revoke': revokeVerb,
};

/** The shared flag excludes --verbose, which these verbs lack. */
function quietly(example: string) {
  return {
    kind: 'switch',
    char: 'q',
    summary: 'say nothing',
    group: 'Output',
    example,
  } as const;
}
