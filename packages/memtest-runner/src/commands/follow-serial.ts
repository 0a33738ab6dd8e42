// `memtest-runner follow-serial`: memtest86+, which no connection reaches, by its serial console.
import { defineFlags, defineVerb, outputFlags } from '@heorot/cli';
import { quiet } from './reach-flags.ts';

const { color, json, debug } = outputFlags;
const group = 'Console';

export const followSerialFlags = defineFlags({
  node: {
    kind: 'text',
    value: 'NAME',
    default: 'console',
    complete: 'nodes',
    summary: 'whose console it is; conserver and ipmiconsole name their logs by it',
    group,
    example: 'memtest-runner follow-serial --node n7 --until-end n7.console',
  },
  passes: {
    kind: 'number',
    value: 'N',
    default: 1,
    min: 1,
    summary: 'stop after so many passes; memtest86+ itself never ends',
    group,
    example: 'memtest-runner follow-serial --passes 2 --until-end n7.console',
  },
  command: {
    kind: 'text',
    value: 'COMMAND',
    summary: 'read what this shell command prints, such as ipmitool … sol activate, instead of a file',
    description:
      "Such as 'ipmitool -I lanplus -H n7-bmc -U admin -f password sol activate'. A session that was left stays open on the BMC for a while: 'ipmitool … sol deactivate' before it closes that.",
    group,
    example: "memtest-runner follow-serial --command 'cat n7.console' --node n7",
  },
  'until-end': {
    kind: 'switch',
    summary: 'the file is whole: do not wait for more',
    group,
    example: 'memtest-runner follow-serial --until-end n7.console',
  },
  'silent-after': {
    kind: 'duration',
    value: 'DURATION',
    defaultMs: 600_000,
    summary: 'take a console that says nothing for so long for a crashed machine; 10 m',
    group,
    example: 'memtest-runner follow-serial --silent-after 1m --until-end n7.console',
  },
  quiet,
  color,
  debug,
  json,
});

export const followSerial = defineVerb({
  summary: 'follow memtest86+ on a serial console, and stop after some passes with the same verdicts',
  description:
    'memtest86+ tests the memory that no running kernel can give away, and it never ends: this reads its serial console (the screen of 6.x and 7.x, the log lines of newer ones) from a growing log file, from a socket of QEMU (unix:PATH), or from a command such as a BMC serial-over-LAN session, and gives the verdict of the node after --passes.',
  operands: {
    kind: 'any',
    name: 'FILE',
    summary: 'a console log that grows, or unix:PATH',
    complete: 'files',
  },
  flags: followSerialFlags,
  examples: [
    {
      command: 'memtest-runner follow-serial --node n7 --until-end n7.console',
      summary: 'what a log that is whole says',
    },
    {
      command: "memtest-runner follow-serial --node n7 --command 'cat n7.console' --json",
      summary: 'the verdict as JSON',
    },
  ],
  run: async (input, context) =>
    (await import('../serial/follow-serial-line.ts')).followSerialLine(input.operands, input.flags, context),
});
