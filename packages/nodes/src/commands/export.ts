// `nodes export`: our nodes in the files of other tools.
import { defineFlags, defineVerb, outputFlags, selectionFlags } from '@heorot/cli';
import { FORMATS } from '@heorot/inventory';

export const exportFlags = defineFlags({
  ...selectionFlags,
  to: {
    kind: 'choice',
    choices: FORMATS,
    value: 'FORMAT',
    summary: 'for which tool',
    group: 'Export',
    example: 'nodes export -a --to hosts',
  },
  output: {
    kind: 'text',
    char: 'o',
    value: 'DIR',
    complete: 'folders',
    summary: 'write the files into this folder; existing files are not replaced',
    group: 'Export',
    example: 'nodes export -a --to dsh -o dsh-files',
  },
  color: outputFlags.color,
});

export const exportVerb = defineVerb({
  summary: 'write nodes and groups as files of another tool',
  description:
    'Prints the selected nodes, their addresses, labels and groups as genders, an Ansible inventory, /etc/hosts lines, dsh group files, a ClusterShell groups YAML, an MPI machine file, or Prometheus file_sd targets. A format of several files (dsh) needs --output.',
  operands: { kind: 'none' },
  flags: exportFlags,
  examples: [
    { command: 'nodes export -a --to ansible', summary: 'an inventory for Ansible' },
    { command: 'nodes export -g compute --to machine-file', summary: 'for mpirun' },
  ],
  run: async (input, context) =>
    (await import('../exchange/export-files.ts')).exportFiles(input.flags, context),
});
