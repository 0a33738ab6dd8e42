// `clone image check`.
import { defineFlags, defineVerb, outputFlags } from '@heorot/cli';

const flags = defineFlags({
  recipe: {
    kind: 'text',
    value: 'FILE',
    complete: 'files',
    summary: 'are the packages of this recipe in the image?',
    group: 'Image',
    example: 'clone image check base --recipe node.ks',
  },
  color: outputFlags.color,
  json: outputFlags.json,
});

export const imageCheck = defineVerb({
  summary: 'say what in an image belongs to one machine',
  description:
    'Fails when host keys, machine-id, leases, secrets or other things of one machine are in it: every node would have them. With --recipe the packages of the recipe are looked for in it as well.',
  operands: { kind: 'any', name: 'NAME', summary: 'an image: base, or base@2' },
  flags,
  examples: [{ command: 'clone image check base', summary: 'is it fit to be deployed?' }],
  run: async ({ operands, flags: given }, context) =>
    (await import('../image/verbs/check-image.ts')).checkImage(operands, given, context),
});
