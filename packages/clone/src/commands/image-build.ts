// `clone image build`: an image made of packages by mmdebstrap, where there is no golden node yet.
import { defineFlags, defineVerb } from '@heorot/cli';
import { captureFlags } from './capture.ts';

const group = 'Image';
const example = 'clone image build --suite no-such-suite --name base';

const flags = defineFlags({
  name: { ...captureFlags.name, example },
  suite: {
    kind: 'text',
    value: 'SUITE',
    default: 'stable',
    summary: 'release of Debian or Ubuntu: bookworm, noble',
    group,
    example,
  },
  variant: {
    kind: 'choice',
    choices: ['minbase', 'apt', 'important', 'standard'],
    default: 'important',
    value: 'SET',
    summary: 'how much of it, as mmdebstrap calls the sets',
    group,
    example: `${example} --variant minbase`,
  },
  package: {
    kind: 'list',
    value: 'NAME',
    summary: 'a package to install as well (repeatable): linux-image-amd64, openssh-server',
    group,
    example: `${example} --package openssh-server`,
  },
  mirror: {
    kind: 'list',
    value: 'MIRROR',
    summary: 'where packages come from, as mmdebstrap takes it (repeatable)',
    group,
    example: `${example} --mirror http://127.0.0.1:9/`,
  },
  exclude: { ...captureFlags.exclude, example: `${example} --exclude 'usr/share/doc/**'` },
  include: { ...captureFlags.include, example: `${example} --include 'var/log/**'` },
  color: captureFlags.color,
  json: captureFlags.json,
});

export const imageBuild = defineVerb({
  summary: 'make an image of Debian packages with mmdebstrap',
  description:
    'Runs mmdebstrap, which needs no root where user namespaces are allowed, with a temporary folder of its own, and takes the tree as it comes. For a node that boots name a kernel and an ssh server with --package.',
  operands: { kind: 'none' },
  flags,
  examples: [],
  run: async ({ flags: given }, context) =>
    (await import('../image/verbs/import-image.ts')).buildImage(given, context),
});
export type ImageBuildFlags = typeof flags;
