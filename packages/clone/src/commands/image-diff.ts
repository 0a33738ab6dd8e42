// `clone image diff`.
import { defineFlags, defineVerb, outputFlags } from '@heorot/cli';

const flags = defineFlags({
  color: outputFlags.color,
  json: outputFlags.json,
});

export const imageDiff = defineVerb({
  summary: 'show which files differ between two images',
  description:
    '+ added, - removed, ~ other contents, . other owner, mode or time; packages that differ; and how many bytes a node must fetch for it.',
  operands: { kind: 'any', name: 'FROM TO', summary: 'two images' },
  flags,
  examples: [{ command: 'clone image diff base@1 base', summary: 'what is new?' }],
  run: async ({ operands, flags: given }, context) =>
    (await import('../image/verbs/diff-images.ts')).diffImages(operands, given, context),
});
