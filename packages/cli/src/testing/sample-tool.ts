// A tool with everything a face can have, for the tests of this package.

import { defineFlags } from '../flags/flag-table.ts';
import { connectionFlags, outputFlags, selectionFlags } from '../flags/shared-flags.ts';
import { defineVerb, type Tool } from '../tool/tool.ts';

export const sampleFlags = defineFlags({
  ...selectionFlags,
  ...connectionFlags,
  ...outputFlags,
  gather: {
    kind: 'switch',
    char: 'b',
    aliases: ['dshbak', 'B'],
    negatable: true,
    summary: "don't repeat: fold identical output [dshbak -c]",
    group: 'Output',
  },
  depth: {
    kind: 'number',
    value: 'N',
    min: -3,
    max: 9,
    summary: 'how deep',
    group: 'Output',
    dependsOn: ['gather'],
  },
  secret: { kind: 'text', value: 'TEXT', summary: 'not for everybody', group: 'Output', hidden: true },
});

/** Like dsh: one action, a remote command. */
export const remoteTool: Tool = {
  name: 'sample',
  summary: 'runs a command on many nodes',
  description:
    'Runs a command on many nodes.\n\n.hidden looks like a request; n[1-8]^n2 and back\\slash stay as typed.',
  verbs: {
    '': defineVerb({
      summary: 'run a command',
      description:
        'Runs a command on many nodes.\n\nAll after the first operand belongs to the remote command.',
      operands: { kind: 'remote-command', name: 'COMMAND [ARG...]', summary: 'what runs on each node' },
      flags: sampleFlags,
      examples: [{ command: "sample -g compute 'uname -r'", summary: 'the kernel of each node' }],
      run: async ({ flags, operands, sequence }, { stdout }) => {
        stdout.write(`${JSON.stringify({ flags, operands, sequence })}\n`);
        return 0;
      },
    }),
  },
  exitCodes: [{ code: 'any', summary: 'with -S the largest remote exit code' }],
  files: [{ path: '/etc/heorot/cluster.yaml', summary: 'the cluster file' }],
  seeAlso: ['nodes(1)', 'ssh(1)'],
};

/** Like nodes and heorot: verbs, some of two words. */
export const verbTool: Tool = {
  name: 'verbs',
  summary: 'answers questions',
  description: 'Answers questions about nodes.',
  verbs: {
    fold: defineVerb({
      summary: 'fold names',
      description: 'Folds names.',
      operands: { kind: 'any', name: '[SET...]', summary: 'node sets', complete: 'nodes' },
      flags: {
        autostep: { kind: 'text', value: 'N', summary: 'write steps', group: 'Folding' },
        format: {
          kind: 'choice',
          choices: ['text', 'json'],
          value: 'FORMAT',
          summary: 'how',
          group: 'Folding',
        },
      },
      examples: [{ command: 'verbs fold n1 n2', summary: 'n[1-2]' }],
      run: async ({ operands }, { stdout }) => {
        stdout.write(`folds ${operands.join(' ')}\n`);
        return 0;
      },
    }),
    'lab up': labVerb('start'),
    'lab down': labVerb('end'),
    secret: { ...labVerb('keep quiet about'), hidden: true },
  },
};

function labVerb(action: string): Tool['verbs'][string] {
  return defineVerb({
    summary: `${action} the lab`,
    description: `To ${action} the lab.`,
    operands: { kind: 'none' },
    flags: {},
    examples: [],
    run: async (_input, { stdout }) => {
      stdout.write(`${action}\n`);
      return 0;
    },
  });
}
