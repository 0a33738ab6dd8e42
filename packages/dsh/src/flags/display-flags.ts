// How answers are shown; which renderers they choose: render/choose-renderer.ts.
import { defineFlags } from '@heorot/cli';

export const displayFlags = defineFlags({
  gather: {
    kind: 'switch',
    char: 'b',
    aliases: ['dshbak'],
    summary: 'equal answers once, under the folded names of the nodes that gave them',
    description:
      'Only answers of nodes that ended the same way are gathered. stderr is shown as it comes; -B gathers it as well.',
    group: 'Display',
    example: 'dsh -a -b uname -r',
  },
  'gather-all': {
    kind: 'switch',
    char: 'B',
    summary: 'as -b, with stderr',
    group: 'Display',
    example: 'dsh -a -B cat /etc/hostname',
  },
  'line-by-line': {
    kind: 'switch',
    char: 'L',
    summary: 'every line once, in order, under the folded names of the nodes that said it',
    group: 'Display',
    exclusive: ['diff'],
    example: 'dsh -a -L cat /etc/os-release',
  },
  diff: {
    kind: 'switch',
    summary: 'only what differs from the answer that most nodes gave',
    group: 'Display',
    example: 'dsh -a --diff cat /etc/hosts',
  },
  live: {
    kind: 'switch',
    summary: 'with -b, -B, -L, --diff or --out-dir: show the lines as they come as well',
    group: 'Display',
    example: 'dsh -a -b --live hostname',
  },
  'no-prefix': {
    kind: 'switch',
    char: 'N',
    summary: 'no node names before the lines',
    group: 'Display',
    example: 'dsh -w n1 -N cat motd',
  },
  align: {
    kind: 'switch',
    negatable: true,
    summary: 'pad node names so that the text stands in a column',
    description:
      'On by itself where stdout is a terminal; elsewhere lines read "node: text", as pdsh prints them.',
    group: 'Display',
    example: 'dsh -a --align hostname',
  },
  'out-dir': {
    kind: 'text',
    aliases: ['outdir'],
    value: 'DIR',
    complete: 'folders',
    summary: 'write each answer to DIR/NODE.out (and .err) instead of showing it',
    description: 'A file gets its name when its node has ended; until then it is called NODE.out.part.',
    group: 'Display',
    example: 'dsh -a --out-dir answers uname -r',
  },
  'err-dir': {
    kind: 'text',
    aliases: ['errdir'],
    value: 'DIR',
    complete: 'folders',
    summary: 'write what nodes say on stderr to DIR/NODE.err',
    group: 'Display',
    example: 'dsh -a --out-dir answers --err-dir complaints cat scratch.mount',
  },
  progress: {
    kind: 'switch',
    char: 'P',
    summary: 'without a terminal: a line of progress on stderr every ten seconds',
    group: 'Display',
    example: 'dsh -a -P -b hostname',
  },
});
