// `nodes import`: another tool's inventory as a cluster file.
import { defineFlags, defineVerb, outputFlags } from '@heorot/cli';
import { FORMATS } from '@heorot/inventory';

export const importFlags = defineFlags({
  from: {
    kind: 'choice',
    choices: FORMATS,
    value: 'FORMAT',
    summary: 'what the files are',
    group: 'Import',
    example: 'printf "10.1.0.1 n1\\n" > hosts && nodes import --from hosts hosts',
  },
  output: {
    kind: 'text',
    char: 'o',
    value: 'FILE',
    complete: 'files',
    summary: 'write the cluster file there; it must not exist yet',
    group: 'Import',
    example: 'printf "10.1.0.1 n1\\n" > hosts2 && nodes import --from hosts hosts2 -o imported.yaml',
  },
  color: outputFlags.color,
});

export const importVerb = defineVerb({
  summary: "turn another tool's inventory into a cluster file",
  description:
    'Reads genders, an Ansible inventory (INI or YAML), /etc/hosts, dsh group files (one a group, named by it, and machines.list), a ClusterShell groups YAML, an MPI machine file or Prometheus file_sd targets, and prints a cluster file that says the same, names folded and addresses paired. An existing file is never replaced. To go on using those files as they are, name them as group sources instead.',
  operands: { kind: 'any', name: 'FILE...', summary: 'the files to read', complete: 'files' },
  flags: importFlags,
  examples: [
    { command: 'nodes import --from ansible inventory.ini -o cluster.yaml', summary: 'once, to move over' },
    { command: 'nodes import --from hosts /etc/hosts', summary: 'look first' },
  ],
  run: async (input, context) => (await import('../exchange/import-files.ts')).importFiles(input, context),
});
