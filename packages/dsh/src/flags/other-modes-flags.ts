// What dsh does instead of running a command: copying, history, reading earlier output, telling what it would do.
import { defineFlags } from '@heorot/cli';

export const copyFlags = defineFlags({
  copy: {
    kind: 'list',
    char: 'c',
    value: 'SRC',
    complete: 'files',
    summary: 'copy a local file or folder to the nodes (repeatable; operands are further sources)',
    description:
      'Checksummed, moved into place when whole, continued where an interrupted copy stopped; modes and times are kept.',
    group: 'Copying',
    exclusive: ['fetch', 'command', 'script'],
    example: 'dsh -g compute --copy app.conf --dest .',
  },
  fetch: {
    kind: 'list',
    aliases: ['rcopy'],
    value: 'SRC',
    summary: 'fetch a file or folder of each node into DEST/NODE/ (repeatable)',
    group: 'Copying',
    exclusive: ['command', 'script'],
    example: 'dsh -a --fetch motd --dest collected',
  },
  dest: {
    kind: 'text',
    value: 'DIR',
    complete: 'folders',
    summary: 'the folder to copy into; else that of the first source (--copy), the current one (--fetch)',
    group: 'Copying',
    example: 'dsh -a --copy site --dest srv',
  },
  resume: {
    kind: 'switch',
    negatable: true,
    default: true,
    summary: 'go on from what an interrupted copy left; on by default',
    group: 'Copying',
    example: 'dsh -g compute --copy site --dest . --no-resume',
  },
});

export const historyFlags = defineFlags({
  history: { kind: 'switch', summary: 'list earlier runs', group: 'History', example: 'dsh --history' },
  show: {
    kind: 'number',
    value: 'RUN',
    min: 1,
    summary: 'show an earlier run again, with any of the display flags',
    group: 'History',
    example: 'dsh --show 1 -b',
  },
  retry: {
    kind: 'switch',
    summary: 'run again on the nodes that did not end ok last time: the same command, unless one is given',
    group: 'History',
    exclusive: ['nodes', 'group', 'all'],
    example: 'dsh --retry',
  },
  'no-history': {
    kind: 'switch',
    summary: 'keep nothing of this run',
    group: 'History',
    example: 'dsh -a --no-history hostname',
  },
});

export const planFlags = defineFlags({
  from: {
    kind: 'text',
    value: 'FILE',
    complete: 'files',
    summary:
      'read output with "node: " prefixes from a file (- for stdin) instead of running; as dshbak and clubak',
    group: 'Display',
    exclusive: ['retry', 'history', 'show', 'command', 'script'],
    example: 'dsh --from saved.txt -b',
  },
  explain: {
    kind: 'switch',
    summary: 'say how each node would be reached, and why; connects to none',
    group: 'Connection',
    example: 'dsh -a --explain',
  },
  'dry-run': {
    kind: 'switch',
    summary: 'say what would be done where; do nothing',
    group: 'Order',
    example: 'dsh -a --dry-run -x n8 reboot',
  },
});
