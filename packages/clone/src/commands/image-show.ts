// `clone image show`.
import { defineFlags, defineVerb, outputFlags } from '@heorot/cli';

const flags = defineFlags({
  files: {
    kind: 'switch',
    summary: 'every file, as the signed manifest lists it',
    group: 'Image',
    example: 'clone image show base --files',
  },
  packages: {
    kind: 'switch',
    summary: 'every package with its version',
    group: 'Image',
    exclusive: ['files'],
    example: 'clone image show base --packages',
  },
  color: outputFlags.color,
  json: outputFlags.json,
});

export const imageShow = defineVerb({
  summary: 'show what is recorded with an image',
  description:
    'Where it came from, kernel, firmware, file systems, storage as a recipe, what rules left out; on request its packages or every file.',
  operands: { kind: 'any', name: 'NAME', summary: 'an image: base, or base@2' },
  flags,
  examples: [{ command: 'clone image show base', summary: 'the newest base' }],
  run: async ({ operands, flags: given }, context) =>
    (await import('../image/verbs/show-image.ts')).showImage(operands, given, context),
});
