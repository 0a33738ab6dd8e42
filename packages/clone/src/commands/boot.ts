// `clone boot`: what machines boot next.
import { defineFlags, defineVerb, selectionFlags } from '@heorot/cli';

const flags = defineFlags({
  ...selectionFlags,
  'until-changed': {
    kind: 'switch',
    summary: 'at every boot until it is changed; without it once',
    group: 'Boot',
    example: 'clone boot memtest86+ -w n1 --until-changed',
  },
  expires: {
    kind: 'duration',
    value: 'DURATION',
    defaultMs: 4 * 3_600_000,
    summary: 'forgotten after that, if the machine has not come',
    group: 'Boot',
    example: 'clone boot memtest86+ -w n1 --expires 30m',
  },
  trust: {
    kind: 'choice',
    choices: ['console', 'admit', 'arrival'],
    default: 'admit',
    value: 'LEVEL',
    summary: 'for rescue: how a machine shows that it is the node; see clone deploy',
    group: 'Boot',
    example: 'clone boot rescue -w n1 --trust admit',
  },
  via: {
    kind: 'choice',
    choices: ['network', 'kexec'],
    default: 'network',
    value: 'WAY',
    summary: 'for rescue and discover; kexec: at once, from the system that runs on the nodes',
    group: 'Boot',
    example: 'clone boot discover -w n1 --via kexec',
  },
});

export const boot = defineVerb({
  summary: 'what machines boot next: memtest86+, rescue, discover, local, or a file of the boot environment',
  description:
    'One write to the state on the head; nothing is powered. local takes any other target back. discover boots the boot environment, which reports the disks of the machine and powers off (or restarts, if it came there by kexec): clone plan needs that of a machine that was never seen. A file is chained by iPXE.',
  operands: { kind: 'any', name: 'TARGET', summary: 'memtest86+, rescue, discover, local or FILE' },
  flags,
  examples: [
    { command: 'clone boot memtest86+ -w n1', summary: 'test its memory, once' },
    { command: 'clone boot discover -w n[1-8]', summary: 'learn the disks of new machines' },
    { command: 'clone boot local -w n1', summary: 'back to its own disk' },
  ],
  run: async ({ flags: given, operands }, context) =>
    (await import('../run/set-boot-target.ts')).setBootTarget(operands, given, context),
});
export type BootFlags = typeof flags;
