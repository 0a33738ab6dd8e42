// The flags of the verbs that compute with node sets; the letters are nodeset's.
import { defineFlags, outputFlags, selectionFlags } from '@heorot/cli';

export const groupFlags = defineFlags({
  groupsource: {
    kind: 'text',
    char: 's',
    value: 'SOURCE',
    summary: 'groups of this source, not of the default one',
    group: 'Groups',
    example: 'nodes list -s cluster',
  },
  groupbase: {
    kind: 'switch',
    char: 'G',
    summary: 'write groups without their source: @compute',
    group: 'Groups',
    example: 'nodes list -L -G',
  },
});

/** What the set is made of, acting in the order typed on what has been named so far. */
const inputFlags = defineFlags({
  groupsource: groupFlags.groupsource,
  all: {
    kind: 'switch',
    char: 'a',
    summary: 'every node of the source, before anything else',
    group: 'Set',
    example: 'nodes fold -a',
  },
  exclude: {
    kind: 'list',
    char: 'x',
    value: 'SET',
    complete: 'nodes',
    summary: 'take these away from what was named so far',
    group: 'Set',
    example: 'nodes fold @compute -x n2',
  },
  intersection: {
    kind: 'list',
    char: 'i',
    value: 'SET',
    complete: 'nodes',
    summary: 'keep only these of what was named so far',
    group: 'Set',
    example: 'nodes fold @compute -i @rack1',
  },
  xor: {
    kind: 'list',
    char: 'X',
    value: 'SET',
    complete: 'nodes',
    summary: 'keep what is in one of the two only',
    group: 'Set',
    example: "nodes fold @compute -X 'n[5-6]'",
  },
  rangeset: {
    kind: 'switch',
    char: 'R',
    summary: 'bare ranges instead of names: 1-5,8',
    group: 'Set',
    example: 'nodes fold -R 1-3 7',
  },
  each: {
    kind: 'switch',
    summary: 'one expression a line from standard input, one answer a line',
    group: 'Set',
    example: "printf 'n1 n2\\nn[4-6]\\n' | nodes fold --each",
  },
  cluster: selectionFlags.cluster,
});

/** Which part of the result is wanted, and how it is written. */
const resultFlags = defineFlags({
  slice: {
    kind: 'text',
    char: 'I',
    value: 'RANGES',
    summary: 'only the nodes at these positions, from 0: 0-2,7',
    group: 'Result',
    example: "nodes fold -I 0-1 'n[1-8]'",
  },
  pick: {
    kind: 'number',
    char: 'p',
    value: 'N',
    min: 1,
    summary: 'only N nodes, drawn by chance',
    group: 'Result',
    example: "nodes fold --pick 2 'n[1-8]'",
  },
  split: {
    kind: 'number',
    value: 'N',
    min: 1,
    summary: 'in at most N parts of nearly equal size, one a line',
    group: 'Result',
    exclusive: ['contiguous'],
    example: "nodes fold --split 3 'n[1-8]'",
  },
  contiguous: {
    kind: 'switch',
    summary: 'in parts without gaps, one a line',
    group: 'Result',
    example: "nodes fold --contiguous 'n[1-3,5-6]'",
  },
  'output-format': {
    kind: 'text',
    char: 'O',
    value: 'FORMAT',
    default: '%s',
    summary: 'how each name is written: %s stands for it',
    group: 'Result',
    example: "nodes expand -O '%s-ib0' 'n[1-3]'",
  },
  color: outputFlags.color,
});

/** What every verb that computes with sets takes. */
export const setFlags = defineFlags({ ...inputFlags, ...resultFlags });

export const foldFlags = defineFlags({
  regroup: {
    kind: 'switch',
    char: 'r',
    summary: 'write groups that are held whole by their names',
    group: 'Result',
    example: "nodes fold -r 'n[1-5]'",
  },
  ...groupFlags,
  autostep: {
    kind: 'text',
    value: 'N|P%|auto',
    summary: 'fold with steps where N nodes, or that share of them, make one',
    group: 'Result',
    example: 'nodes fold --autostep 3 n1 n3 n5',
  },
  axis: {
    kind: 'text',
    value: 'RANGES',
    summary: 'fold these dimensions only, from 1; a negative one counts from the end',
    group: 'Result',
    example: 'nodes fold --axis 1 r1n1 r1n2 r2n1 r2n2',
  },
});

export const separatorFlags = defineFlags({
  separator: {
    kind: 'text',
    mayBeEmpty: true,
    char: 'S',
    value: 'TEXT',
    default: ' ',
    summary: 'between the names; \\n and \\t are understood',
    group: 'Result',
    example: "nodes expand -S ',' 'n[1-3]'",
  },
});

export const setOperands = {
  kind: 'any',
  name: 'SET...',
  summary: 'node sets, united; - reads them from standard input, as does no operand at all',
  complete: 'nodes',
} as const;
