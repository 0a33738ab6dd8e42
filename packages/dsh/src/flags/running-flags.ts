// What is run on the nodes, and how they are taken in turn; read by run/run-plan.ts.
import { defineFlags } from '@heorot/cli';

export const runningFlags = defineFlags({
  command: {
    kind: 'list',
    char: 'e',
    value: 'CMD',
    summary: 'run this (repeatable: one after the other on each node, up to the first that fails)',
    group: 'Command',
    exclusive: ['script'],
    example: "dsh -a -e 'hostname' -e 'uname -r'",
  },
  script: {
    kind: 'text',
    value: 'FILE',
    complete: 'files',
    summary: 'run a local script on the nodes; the operands are its arguments',
    description: 'It is sent to a private temporary file on each node and removed when it has ended.',
    group: 'Command',
  },
  expand: {
    kind: 'switch',
    summary:
      'replace %h (address), %n (node), %u (user), %p (port) and %LABEL in the command; %% is a percent sign',
    group: 'Command',
    example: "dsh -a --expand echo 'I am %n'",
  },
  env: {
    kind: 'list',
    value: 'NAME=VALUE',
    summary: 'set a variable for the command (repeatable)',
    group: 'Command',
  },
  cwd: { kind: 'text', value: 'DIR', summary: 'run in this folder of the nodes', group: 'Command' },
  sudo: { kind: 'switch', summary: 'run through sudo', group: 'Command' },
  'sudo-user': { kind: 'text', value: 'NAME', summary: 'run through sudo as this user', group: 'Command' },
  'ask-sudo-password': {
    kind: 'switch',
    summary: 'ask once for the sudo password',
    group: 'Command',
    exclusive: ['sudo-password-file', 'sudo-password-fd'],
  },
  'sudo-password-file': {
    kind: 'text',
    value: 'FILE',
    complete: 'files',
    summary: 'read the sudo password from a file that only you can read',
    group: 'Command',
    exclusive: ['sudo-password-fd'],
  },
  'sudo-password-fd': {
    kind: 'number',
    value: 'N',
    min: 0,
    summary: 'read the sudo password from this file descriptor',
    group: 'Command',
  },
  'ask-password': {
    kind: 'switch',
    summary: 'ask once for the password of the remote user; keys are tried first',
    group: 'Connection',
  },
  tty: {
    kind: 'switch',
    summary: 'give the command a terminal; its stderr is then part of stdout',
    group: 'Command',
  },
  'no-stdin': {
    kind: 'switch',
    char: 'n',
    aliases: ['nostdin'],
    summary: 'do not read stdin',
    description:
      'Without it, stdin goes to every node unless it is a terminal, as clush does. Say -n in a "while read" loop, which would lose its input otherwise.',
    group: 'Command',
  },
  sequential: {
    kind: 'switch',
    summary: 'one node at a time, in order; the same as -f 1',
    group: 'Order',
    exclusive: ['batch'],
  },
  batch: {
    kind: 'text',
    value: 'N|P%',
    summary: 'so many nodes together; the next batch starts when all of them have ended',
    group: 'Order',
    example: 'dsh -a --batch 25% --max-fail 1 hostname',
  },
  'max-fail': {
    kind: 'text',
    value: 'N|P%',
    summary: 'start nothing new once more than so many nodes have failed',
    group: 'Order',
  },
  'fail-fast': {
    kind: 'switch',
    summary: 'end everything at the first node that fails',
    group: 'Order',
    exclusive: ['max-fail'],
  },
  'skip-down': {
    kind: 'switch',
    summary: 'leave out nodes that could not be reached in the last 15 minutes',
    description: 'As the history tells; they end as "skipped".',
    group: 'Order',
  },
  'largest-code': {
    kind: 'switch',
    char: 'S',
    aliases: ['maxrc'],
    summary: 'exit with the largest exit code of the nodes',
    group: 'Order',
  },
});
