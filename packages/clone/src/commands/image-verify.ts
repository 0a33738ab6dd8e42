// `clone image verify`.
import { defineFlags, defineVerb, outputFlags } from '@heorot/cli';

const flags = defineFlags({
  color: outputFlags.color,
  json: outputFlags.json,
});

export const imageVerify = defineVerb({
  summary: 'read every byte of images against what was signed',
  description:
    'Signature, then every blob against its digest; a bit that was flipped is named with its blob. Without a name all images.',
  operands: { kind: 'any', name: 'NAME', summary: 'an image: base, or base@2' },
  flags,
  examples: [
    { command: 'clone image verify base', summary: 'one image' },
    { command: 'clone image verify', summary: 'all of them' },
  ],
  run: async ({ operands, flags: given }, context) =>
    (await import('../image/verbs/verify-image.ts')).verifyImages(operands, given, context),
});
