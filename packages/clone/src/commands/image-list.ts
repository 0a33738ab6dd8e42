// `clone image list`.
import { defineFlags, defineVerb, outputFlags } from '@heorot/cli';

const flags = defineFlags({
  color: outputFlags.color,
  json: outputFlags.json,
});

export const imageList = defineVerb({
  summary: 'list the images of this head',
  description: 'Name, when it was made, bytes of its files and of its layer, where it came from.',
  operands: { kind: 'none' },
  flags,
  examples: [{ command: 'clone image list', summary: 'what is there?' }],
  run: async ({ flags: given }, context) =>
    (await import('../image/verbs/list-images.ts')).listStoredImages(given, context),
});
