// `clone rescue`: a shell in the boot environment.
import { defineVerb } from '@heorot/cli';
import { boot } from './boot.ts';

const { 'until-changed': _, ...flags } = boot.flags;

export const rescue = defineVerb({
  summary: 'boot nodes into the boot environment with sshd, reachable by dsh; no disk is touched',
  description:
    'The same as clone boot rescue. The rescue system has the name of the node and a host key of its own, which is recorded beside that of the system on the disk.',
  operands: { kind: 'none' },
  flags: {
    ...flags,
    expires: { ...flags.expires, example: 'clone rescue -w n1 --expires 30m' },
    trust: { ...flags.trust, example: 'clone rescue -w n1 --trust admit' },
    via: { ...flags.via, example: 'clone rescue -w n1 --via kexec' },
  },
  examples: [{ command: 'clone rescue -w n1', summary: 'then power it on, and: dsh -w n1' }],
  run: async ({ flags: given }, context) =>
    (await import('../run/set-boot-target.ts')).setBootTarget(
      ['rescue'],
      { ...given, 'until-changed': false },
      context,
    ),
});
