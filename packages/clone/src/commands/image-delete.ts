// `clone image delete`.
import { defineFlags, defineVerb, outputFlags } from '@heorot/cli';

const flags = defineFlags({
  yes: {
    kind: 'switch',
    summary: 'do not ask',
    group: 'Consent',
    example: 'clone image delete base@1 --yes',
  },
  'dry-run': {
    kind: 'switch',
    summary: 'say what would be deleted',
    group: 'Consent',
    example: 'clone image delete base@1 --dry-run',
  },
  color: outputFlags.color,
});

export const imageDelete = defineVerb({
  summary: 'delete images, and the blobs that nothing else uses',
  description: 'Versions are named in full. Asks for the names to be typed back.',
  operands: { kind: 'any', name: 'NAME...', summary: 'images with their versions' },
  flags,
  examples: [{ command: 'clone image delete base@1 --dry-run', summary: 'would it be the right one?' }],
  run: async ({ operands, flags: given }, context) =>
    (await import('../image/verbs/delete-images.ts')).deleteImages(operands, given, context),
});
