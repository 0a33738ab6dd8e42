// `clone bootenv show`: what is in the boot environment.
import { defineFlags, defineVerb, outputFlags } from '@heorot/cli';

export const bootenvShowFlags = defineFlags({
  files: {
    kind: 'switch',
    summary: 'every file, not only the packages',
    group: 'Boot environment',
    example: 'clone bootenv show --files',
  },
  json: outputFlags.json,
  color: outputFlags.color,
});

export const bootenvShow = defineVerb({
  summary: 'list what is in the boot environment, with packages and versions',
  description:
    'Reads the list that clone bootenv build wrote: kernel, sizes, sha256 of each file that machines load, and of every file inside the package and version it is from.',
  operands: { kind: 'none' },
  flags: bootenvShowFlags,
  examples: [{ command: 'clone bootenv show', summary: 'packages, versions and bytes' }],
  run: async (input, context) =>
    (await import('../bootenv/show-contents.ts')).showContents(input.flags, context),
});
