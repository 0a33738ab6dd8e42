// `clone bootenv build`: the kernel and the small system that machines boot to be deployed.
import { defineFlags, defineVerb, outputFlags } from '@heorot/cli';

export const bootenvBuildFlags = defineFlags({
  output: {
    kind: 'text',
    char: 'o',
    value: 'DIR',
    complete: 'folders',
    summary: 'write it here; else where clone serve looks for it',
    group: 'Boot environment',
    example: 'clone bootenv build --output /srv/bootenv',
  },
  json: outputFlags.json,
  color: outputFlags.color,
});

export const bootenvBuild = defineVerb({
  summary: 'build the boot environment: a kernel, a small system, boot loaders',
  description:
    "Takes Debian's kernel and some twenty programs out of packages that apt downloads (their hashes stand in apt's signed lists), adds the scripts of the node side and the head's public key, and packs them. Needs no root, apt-get and dpkg-deb alone. The same packages give the same bytes. Made on first use where it is missing: the key with which the head signs what nodes run.",
  operands: { kind: 'none' },
  flags: bootenvBuildFlags,
  examples: [{ command: 'clone bootenv build', summary: 'on the head, and again after updates of Debian' }],
  run: async (input, context) => (await import('../bootenv/build-here.ts')).buildHere(input.flags, context),
});
