// `clone image import`: an image from a folder, a tar or an OCI layout.
import { defineFlags, defineVerb } from '@heorot/cli';
import { captureFlags } from './capture.ts';

const group = 'Image';

const flags = defineFlags({
  name: { ...captureFlags.name, example: 'clone image import site --name site' },
  ref: {
    kind: 'text',
    value: 'NAME',
    summary: 'which image of an OCI layout that holds several',
    group,
    example: 'clone image import layout --ref base@2 --name copy',
  },
  exclude: { ...captureFlags.exclude, example: "clone image import site --name site --exclude 'page*'" },
  include: {
    ...captureFlags.include,
    example: "clone image import site --name site --include 'etc/machine-id'",
  },
  unprivileged: {
    ...captureFlags.unprivileged,
    example: 'clone image import site --name site --unprivileged',
  },
  color: captureFlags.color,
  json: captureFlags.json,
});

export const imageImport = defineVerb({
  summary: 'make an image of a folder, a tar or an OCI layout',
  description:
    'A tar may be packed by gzip or zstd. What belongs to one machine is left out by the rules of clone capture.',
  operands: {
    kind: 'any',
    name: 'SOURCE',
    summary: 'a folder, a tar, an OCI layout; - is a tar on standard input',
    complete: 'files',
  },
  flags,
  examples: [
    {
      command: 'tar -c -C site . | clone image import - --name site',
      summary: 'what another program has made',
    },
  ],
  run: async ({ flags: given, operands }, context) =>
    (await import('../image/verbs/import-image.ts')).importImage(operands, given, context),
});
export type ImageImportFlags = typeof flags;
