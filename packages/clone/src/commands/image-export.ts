// `clone image export`.
import { defineFlags, defineVerb, outputFlags } from '@heorot/cli';

const flags = defineFlags({
  color: outputFlags.color,
});

export const imageExport = defineVerb({
  summary: 'write an image as a tar, or as an OCI layout',
  description:
    'To NAME.tar, NAME.tar.zst, - for standard output; any other name is a new folder that becomes an OCI layout, which skopeo and podman read.',
  operands: { kind: 'any', name: 'NAME DESTINATION', summary: 'an image, and where to write it' },
  flags,
  examples: [
    { command: 'clone image export base base.tar.zst', summary: 'for another site' },
    { command: 'clone image export base@2 layout', summary: 'an OCI layout' },
  ],
  run: async ({ operands }, context) =>
    (await import('../image/verbs/export-image.ts')).exportImage(operands, context),
});
